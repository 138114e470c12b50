from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import grant_role, register_person
from accounts.models import Role, Sanction
from tests.accounts.conftest import PASSWORD


@pytest.fixture
def api(site):
    editor = register_person(email="red@example.org", password=PASSWORD, display_name="Ольга")
    grant_role(user=editor, site=site, name=Role.Name.EDITOR, actor=None)
    client = APIClient()
    client.force_login(editor)
    return client


def test_an_editor_mutes_a_person_and_lifts_it(api, reader):
    url = f"/api/v1/moderation/users/{reader.pk}/sanctions/"
    ends = timezone.now() + timedelta(days=1)
    made = api.post(url, {"kind": "mute", "told": "Отдохните.", "ends_at": ends.isoformat()})
    assert (made.status_code, made.json()["subject"]) == (201, "Анна К.")
    lifted = api.post(f"/api/v1/moderation/sanctions/{made.json()['id']}/lifting/", {})
    assert lifted.json()["state"] == "lifted"
    assert [row["state"] for row in api.get(url).json()] == ["lifted"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "mute"}, "ends_at"),
        ({"kind": "ban"}, "email_domain"),
        ({"kind": "ban", "email_domain": "mail.ru"}, "email_domain"),
        ({"kind": "ban", "network": "0.0.0.0/0"}, "network"),
        ({"kind": "flogging", "network": "192.0.2.1"}, "kind"),
    ],
)
def test_bad_input_is_named(api, data, field):
    data = {"email_domain": "spam.example"} | data if data["kind"] == "mute" else data
    answer = api.post("/api/v1/moderation/sanctions/", data)
    assert field in answer.json()["errors"]
    assert not Sanction.objects.exists()

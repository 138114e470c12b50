"""Everything about me in one file; and to be forgotten."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import emails
from accounts.actions import (
    ExportedFile,
    OwnDataPart,
    contribute,
    own_data,
    register_person,
    rename,
)
from accounts.models import AccountEvent, DataExport, ErasureRequest, NameChange, User
from accounts.permissions import FreshProof
from accounts.tasks import build_export, keep_promises_of_erasure
from core.models import OutboxEvent
from tests.support.outbox import fail_for_good, hasten_events, lose_queue, retry_parked
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD, prove


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def diary(monkeypatch):
    """A part that another app contributes."""
    erased = []
    monkeypatch.setattr(own_data, "_parts", dict(own_data._parts))
    contribute(
        OwnDataPart(
            "diary",
            export=lambda user: [ExportedFile("diary.txt", user.display_name.encode())],
            erase=lambda user, comments: erased.append((user.pk, comments)),
        )
    )
    return erased


@pytest.fixture
def proven(as_reader):
    prove(as_reader)
    return as_reader


def test_one_file_with_all_parts(proven, reader, diary, deliver):
    proven.post("/accounts/data/export/")
    proven.post("/accounts/data/export/")
    deliver()
    export = DataExport.objects.get()
    assert [message.subject for message in mail.outbox] == ["Ваши данные готовы"]
    answer = proven.get(f"/accounts/data/export/{export.pk}/")
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    assert archive.read("diary/diary.txt").decode() == "Анна К."
    assert json.loads(archive.read("account/account.json"))["email"] == reader.email
    assert json.loads(archive.read("account/history.json"))[0]["action"] == "registered"


def test_the_file_is_its_owner_s_and_expires(proven, reader, deliver, tmp_path):
    proven.post("/accounts/data/export/")
    deliver()
    build_export(DataExport.objects.get().pk)
    assert len(mail.outbox) == 1
    url = f"/accounts/data/export/{DataExport.objects.get().pk}/"
    other = Client()
    other.force_login(register_person(email="b@example.org", password=PASSWORD, display_name="Б"))
    assert other.get(url).status_code == 404
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert proven.get(url).status_code == 404
    keep_promises_of_erasure()
    assert not DataExport.objects.exists()
    assert not list(tmp_path.rglob("*.zip"))


def test_erasure_waits_and_can_be_taken_back(proven, reader, diary, deliver):
    proven.post("/accounts/data/erasure/", {"comments": "keep"})
    keep_promises_of_erasure()
    proven.post("/accounts/data/erasure/withdrawal/")
    ErasureRequest.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    keep_promises_of_erasure()
    deliver()
    reader.refresh_from_db()
    assert (reader.is_active, diary) == (True, [])


def test_an_erased_person_is_nobody(proven, reader, diary, deliver):
    rename(user=reader, name="Анна Каренина")
    proven.post("/accounts/data/erasure/", {"comments": "remove"})
    ErasureRequest.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    keep_promises_of_erasure()
    keep_promises_of_erasure()
    deliver()
    reader.refresh_from_db()
    assert diary == [(reader.pk, "remove")]
    assert "anna" not in f"{reader.email}{reader.display_name}{reader.name_skeleton}"
    assert (reader.is_active, reader.has_usable_password()) == (False, False)
    assert not EmailAddress.objects.filter(user=reader).exists()
    assert proven.get("/api/v1/access/").status_code == 401
    assert mail.outbox[-1].to == ["anna@example.org"]
    remembered = f"{list(reader.events.values())}{list(NameChange.objects.values())}"
    assert "Анна" not in remembered
    assert "anna" not in remembered
    register_person(email="anna@example.org", password=PASSWORD, display_name="Анна К.")


def test_a_choice_about_the_comments_must_be_made(proven):
    answer = proven.post("/accounts/data/erasure/", {})
    assert answer.status_code == 422
    assert "comments" in answer.context["form"].errors
    assert not ErasureRequest.objects.exists()


def test_a_registration_never_confirmed_is_forgotten(client, site):
    data = {"email": "boris@example.org", "password1": PASSWORD, "display_name": "Борис"}
    client.post("/accounts/signup/", data)
    keep_promises_of_erasure()
    assert User.objects.get().email == "boris@example.org"
    User.objects.update(date_joined=timezone.now() - timedelta(days=4))
    keep_promises_of_erasure()
    register_person(email="boris@example.org", password=PASSWORD, display_name="Борис")


@pytest.mark.django_db(transaction=True)
def test_many_clicks_make_one_request(site):
    user = register_person(email="a@example.org", password=PASSWORD, display_name="А")
    choice, proof = ErasureRequest.Comments.KEEP, FreshProof(user.pk)
    in_parallel(lambda _n: own_data.request_erasure(user=user, comments=choice, proof=proof), 4)
    in_parallel(lambda _n: own_data.request_export(user=user, proof=proof), 4)
    assert (ErasureRequest.objects.count(), DataExport.objects.count()) == (1, 1)
    assert AccountEvent.objects.filter(action="erasure.requested").count() == 1


def test_what_waits_for_the_mail_server_is_not_sent_to_an_erased_person(reader, site, deliver):
    request = own_data.request_erasure(user=reader, comments="keep", proof=FreshProof(reader.pk))
    deliver()
    mail.outbox.clear()
    emails.export_ready(reader, until=timezone.now())
    ErasureRequest.objects.update(due_at=timezone.now())
    own_data.carry_out_erasure(request_id=request.pk)
    deliver()
    assert [message.subject for message in mail.outbox] == ["Ваша учётная запись удалена"]


@pytest.mark.usefixtures("_tasks_are_known")
def test_an_export_that_fails_says_so_and_can_be_asked_for_again(proven, deliver, monkeypatch):
    proven.post("/accounts/data/export/")
    with monkeypatch.context() as patch:
        patch.setattr(own_data, "_archive", lambda _user: 1 / 0)
        fail_for_good()
    assert mail.outbox == []
    page = proven.get("/accounts/data/").content.decode()
    assert "Не удалось подготовить файл" in page
    proven.post("/accounts/data/export/")
    assert not OutboxEvent.objects.parked().exists()
    assert "Не удалось подготовить файл" not in proven.get("/accounts/data/").content.decode()
    deliver()
    assert DataExport.objects.get().ready_at
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("acts", ["retried", "asked for, retried", "retried, asked for"])
@pytest.mark.usefixtures("_tasks_are_known")
def test_an_export_that_failed_is_made_once_whoever_starts_it_again(
    acts, proven, deliver, monkeypatch
):
    proven.post("/accounts/data/export/")
    with monkeypatch.context() as patch:
        patch.setattr(own_data, "_archive", lambda _user: 1 / 0)
        fail_for_good()
    for act in acts.split(", "):
        if act == "retried":
            retry_parked()
        else:
            proven.post("/accounts/data/export/")
    made = []
    archive = own_data._archive
    monkeypatch.setattr(own_data, "_archive", lambda user: made.append(user) or archive(user))
    deliver()
    assert len(made) == len(mail.outbox) == 1
    assert not DataExport.objects.get().failed_at
    assert not OutboxEvent.objects.filter(done_at=None).exists()


def test_an_export_whose_queue_is_lost_is_made_all_the_same(proven, deliver):
    proven.post("/accounts/data/export/")
    lose_queue()
    deliver()
    assert DataExport.objects.get().ready_at
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("_tasks_are_known")
def test_an_export_in_the_hands_of_a_worker_that_dies_is_made_by_another(proven, deliver):
    proven.post("/accounts/data/export/")
    DataExport.objects.update(claimed_at=timezone.now())
    deliver()
    event = OutboxEvent.objects.get(topic="account.export_requested")
    assert (event.done_at, event.failures) == (None, 0)
    DataExport.objects.update(claimed_at=timezone.now() - own_data.EXPORT_CLAIM_LAPSES)
    hasten_events()
    deliver()
    assert DataExport.objects.get().ready_at

"""Consents: separate, versioned, written down for ever, withdrawn as easily as given."""

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from django.utils import timezone

from accounts.actions import current_texts, grant_role, install_default_consents
from accounts.models import ConsentRecord, ConsentText, Role, User
from demo.people import PEOPLE
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD


@pytest.fixture
def publish(site):
    def act(purpose="personal-data", version=1, required=True):
        return ConsentText.objects.create(
            site=site,
            purpose=purpose,
            version=version,
            is_required=required,
            label_ru=f"Согласие {purpose}",
            body_ru="Текст",
            body_en="Text",
            published_at=timezone.now(),
        )

    return act


def register(client, **ticks):
    data = {"email": "boris@example.org", "password1": PASSWORD, "display_name": "Борис"}
    return client.post("/accounts/signup/", data | ticks)


def ledger(user):
    return [(r.text.purpose, r.text.version, r.action, r.act) for r in user.consents.order_by("id")]


def test_each_consent_has_a_tick_of_its_own_that_nobody_made(client, publish):
    publish("personal-data"), publish("terms"), publish("digest", required=False)
    page = client.get("/accounts/signup/").content.decode()
    for purpose in ("personal-data", "terms", "digest"):
        assert f'name="consent_{purpose}"' in page
    assert "checked" not in page


def test_no_account_without_what_is_required(client, publish):
    publish("personal-data"), publish("terms")
    refused = register(client, consent_terms="on")
    assert list(refused.context["form"].errors) == ["consent_personal-data"]
    assert not User.objects.exists()


def test_the_ledger_says_what_when_where_from_and_by_which_act(client, publish):
    text, _optional = publish("personal-data"), publish("digest", required=False)
    register(client, **{"consent_personal-data": "on"})
    record = ConsentRecord.objects.get()
    assert (record.text, record.ip, record.act) == (text, "127.0.0.1", "registration")
    assert (record.language, record.action) == ("ru", ConsentRecord.GIVEN)


def test_a_corrected_address_keeps_the_consents(client, reader, publish):
    publish("terms")
    data = {"email": reader.email, "password1": PASSWORD, "display_name": "Борис"}
    client.post("/accounts/signup/", data | {"consent_terms": "on"})
    client.post("/accounts/confirm-email/", {"action": "change", "email": "boris@example.org"})
    boris = User.objects.get(email="boris@example.org")
    assert ledger(boris) == [("terms", 1, "consent.given", "registration")]


def test_the_ledger_and_the_texts_never_change(reader, publish):
    text = publish("terms")
    ConsentRecord.objects.create(user=reader, text=text, action=ConsentRecord.GIVEN, act="x")
    for change in (
        lambda: ConsentRecord.objects.update(act="y"),
        lambda: ConsentRecord.objects.all().delete(),
        lambda: ConsentText.objects.update(body_ru="Другой"),
        lambda: ConsentText.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_withdrawing_is_as_easy_as_giving(as_reader, reader, publish):
    publish("digest", required=False)
    as_reader.post("/accounts/consents/", {"consent_digest": "on"})
    as_reader.post("/accounts/consents/", {})
    as_reader.post("/accounts/consents/", {})
    assert [entry[2] for entry in ledger(reader)] == ["consent.given", "consent.withdrawn"]


def test_the_page_shows_version_time_and_ip_of_each_answer(as_reader, reader, publish):
    publish("digest", version=3, required=False)
    as_reader.post("/accounts/consents/", {"consent_digest": "on"})
    page = " ".join(as_reader.get("/accounts/consents/").content.decode().split())
    assert "Версия 3" in page
    assert "IP-адрес 127.0.0.1" in page


def test_a_new_version_asks_at_the_next_page_and_leads_back(as_reader, reader, publish):
    publish("terms")
    as_reader.post("/accounts/consents/", {"consent_terms": "on"})
    page = "/articles/?page=2"
    assert as_reader.get(page, headers={"Accept": "text/html"}).status_code == 404
    publish("terms", version=2)
    response = as_reader.get(page, headers={"Accept": "text/html"})
    assert response["Location"] == "/accounts/consents/new/?next=%2Farticles%2F%3Fpage%3D2"
    answered = as_reader.post(response["Location"], {"consent_terms": "on", "next": page})
    assert answered["Location"] == page
    assert ledger(reader)[-1] == ("terms", 2, "consent.given", "new version")
    assert as_reader.get(page, headers={"Accept": "text/html"}).status_code == 404


def test_what_is_being_sent_goes_through_unharmed(as_reader, reader, publish):
    publish("terms")
    saved = as_reader.post(
        "/accounts/profile/",
        {"display_name": "Анна Новая", "language": "en"},
        headers={"Accept": "text/html"},
    )
    assert saved.status_code == 302
    reader.refresh_from_db()
    assert (reader.display_name, reader.language) == ("Анна Новая", "en")


def test_an_optional_consent_never_given_is_not_asked_again(as_reader, publish):
    publish("digest", required=False)
    page = as_reader.get("/nowhere/", headers={"Accept": "text/html"})
    assert page.status_code == 404


def test_a_draft_is_nobody_s_to_read(client, publish, site):
    draft = ConsentText.objects.create(site=site, purpose="terms", version=9, body_ru="Черновик")
    assert client.get(f"/accounts/consents/{draft.pk}/").status_code == 404
    assert "Текст" in client.get(f"/accounts/consents/{publish().pk}/").content.decode()


def test_a_new_publication_may_start_with_our_texts(client, site):
    call_command("install_default_consents", site.slug)
    call_command("install_default_consents", site.slug)
    texts = current_texts(site)
    assert [(text.purpose, text.version) for text in texts] == [("personal-data", 1), ("terms", 1)]
    for text in texts:
        assert site.complaints_email in text.body_ru
        assert site.complaints_email in text.body_en
        assert "%(" not in text.body_ru + text.body_en
    refused = register(client, consent_terms="on")
    assert list(refused.context["form"].errors) == ["consent_personal-data"]


def test_texts_of_one_s_own_are_left_alone(site, publish):
    own = publish("terms", version=3)
    ConsentText.objects.create(site=site, purpose="personal-data", version=4, body_ru="Черновик")
    install_default_consents(site=site, actor=None)
    assert current_texts(site)[1] == own
    assert current_texts(site)[0].version == 5


def test_there_is_no_such_publication(site):
    with pytest.raises(CommandError):
        call_command("install_default_consents", "drugoe")


@pytest.mark.django_db(transaction=True)
def test_adopted_twice_at_once_they_are_published_once(site):
    assert not in_parallel(lambda _n: install_default_consents(site=site, actor=None), 3)
    assert ConsentText.objects.count() == 2


INSTALL = "/admin/accounts/consenttext/install-defaults/"


def test_an_administrator_adopts_them_after_a_look(as_reader, reader, site):
    grant_role(user=reader, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    User.objects.update(is_staff=True)
    assert INSTALL in as_reader.get("/admin/accounts/consenttext/").content.decode()
    page = as_reader.get(INSTALL).content.decode()
    assert "Я соглашаюсь на обработку моих персональных данных" in page
    assert not ConsentText.objects.exists()
    as_reader.post(INSTALL)
    assert ConsentText.objects.exclude(published_at=None).count() == 2


def test_nobody_else_adopts_them(as_reader, reader, site):
    grant_role(user=reader, site=site, name=Role.Name.EDITOR, actor=None)
    User.objects.update(is_staff=True)
    assert as_reader.post(INSTALL)["Location"].startswith("/admin/login/")
    assert not ConsentText.objects.exists()


def test_the_people_of_the_demo_have_agreed_and_others_are_asked(client, db):
    call_command("load_demo")
    call_command("load_demo")
    for person in PEOPLE:
        assert [entry[0] for entry in ledger(User.objects.get(email=person.email))] == [
            *("personal-data", "terms")
        ]
    assert 'name="consent_personal-data"' in client.get("/accounts/signup/").content.decode()

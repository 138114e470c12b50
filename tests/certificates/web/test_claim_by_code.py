"""Guesses of a code, sent one after another and at once."""

import pytest
from django.core import mail
from django.test import Client

from certificates.models import Application, Certificate, Import
from certificates.register.erasure import erase_holder
from certificates.web import claim_by_code
from tests.support.asked import statements
from tests.support.parallel import in_parallel
from tests.support.tables import row, xlsx

CODE = "12345678"
PAGE = "/certificates/claim/code/"


@pytest.fixture
def asked(site, monkeypatch):
    """A browser that asked for the code 123456."""
    monkeypatch.setattr(claim_by_code, "send_code", lambda **_address: CODE)
    client = Client()
    client.post("/certificates/claim/", {"email": "ivanova@yandex.ru"})
    return client


@pytest.mark.usefixtures("many_at_once")
@pytest.mark.django_db(transaction=True)
def test_of_codes_sent_at_once_three_are_judged(asked):
    pages = []

    def guess(number):
        tab = Client()
        tab.cookies = asked.cookies
        pages.append(tab.post(PAGE, {"code": f"{number:08}"}).content.decode())

    in_parallel(guess, 12)
    assert sum("Код неверен" in page for page in pages) == 2
    assert sum("больше не действует" in page for page in pages) == 10
    assert asked.post(PAGE, {"code": CODE}).status_code == 422


@pytest.mark.django_db
def test_a_right_code_opens_the_list_and_may_be_sent_again(asked):
    for _ in range(2):
        answer = asked.post(PAGE, {"code": "1234 5678"}, follow=True)
        assert "ivanova@yandex.ru" in answer.content.decode()
    assert asked.head(PAGE).status_code == 200


@pytest.mark.django_db
def test_without_a_code_that_was_asked_for_nothing_is_judged(site):
    client = Client()
    assert client.post(PAGE, {"code": CODE})["Location"] == "/certificates/claim/"
    assert not client.cookies


@pytest.fixture
def of_a_table(registrar, sign_in, programme, deliver):
    """A certificate that a registrar issued by a table, for ivanova@yandex.ru."""
    desk = sign_in(registrar)
    table = xlsx(row(email="ivanova@yandex.ru"))
    desk.post("/registrar/imports/", {"programme": programme.pk, "table": table})
    deliver()
    desk.post(f"/registrar/imports/{Import.objects.get().pk}/run/")
    deliver()
    return Certificate.objects.get()


def cost(email):
    with statements() as collected:
        Client().post("/certificates/claim/", {"email": email})
    return collected


@pytest.mark.django_db
def test_same_statements_run_for_an_address_with_and_without_certificates(of_a_table, deliver):
    mail.outbox.clear()
    # The first request of a process reads what later ones have cached.
    cost("first@yandex.ru")
    known, unknown = cost("ivanova@yandex.ru"), cost("petrova@yandex.ru")
    assert known == unknown
    assert len(known) > 3
    deliver()
    sent = {email.to[0]: email.subject for email in mail.outbox}
    assert sent["ivanova@yandex.ru"].startswith("Код для просмотра свидетельств")
    assert sent["petrova@yandex.ru"] == "На этот адрес свидетельств не отправляли"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "00000000", "no digits"])
def test_without_certificates_no_code_is_right(site, code):
    client = Client()
    client.post("/certificates/claim/", {"email": "petrova@yandex.ru"})
    assert client.post(PAGE, {"code": code}).status_code == 422


@pytest.fixture
def proved(asked):
    """A browser that has entered the code."""
    asked.post(PAGE, {"code": CODE})
    return asked


def take(client, certificate):
    return client.post(f"/certificates/claim/{certificate.number}/")


@pytest.mark.django_db
def test_holder_takes_a_certificate_of_a_table_and_corrects_it(
    of_a_table, proved, stranger, deliver
):
    assert f"/certificates/claim/{of_a_table.number}/" in proved.get(PAGE).content.decode()
    assert take(proved, of_a_table)["Location"].startswith("/accounts/login/?next=" + PAGE)
    proved.force_login(stranger)
    own = take(proved, of_a_table)["Location"]
    assert own == f"/certificates/{of_a_table.number}/"
    assert "Теперь свидетельство в вашем аккаунте" in proved.get(own).content.decode()
    form = proved.post(f"{own}correction/")["Location"]
    assert 'value="Иванова"' in proved.get(form).content.decode()
    event = of_a_table.events.get(action="certificate.claimed")
    assert event.actor == stranger
    # The limit is for what a person applies for.
    assert Application.objects.of_applicant(stranger).counted_towards_limit().count() == 0


@pytest.mark.django_db
def test_e_mail_of_a_table_leads_to_the_claim_page(of_a_table, sent_emails):
    assert "/certificates/claim/" in sent_emails[-1].body


@pytest.mark.django_db
def test_without_the_code_nothing_is_taken(of_a_table, asked, stranger):
    asked.force_login(stranger)
    assert take(asked, of_a_table)["Location"] == "/certificates/claim/"
    assert Client().post(f"/certificates/claim/{of_a_table.number}/")["Location"] == (
        "/certificates/claim/"
    )
    of_a_table.application.refresh_from_db()
    assert of_a_table.application.applicant is None


@pytest.mark.django_db
def test_certificate_sent_to_another_address_is_not_found(of_a_table, proved, stranger):
    Certificate.objects.update(email="other@example.org")
    proved.force_login(stranger)
    assert take(proved, of_a_table).status_code == 404


@pytest.mark.django_db
def test_certificate_of_another_account_is_not_taken(certificate, proved, stranger, page):
    listed = proved.get(PAGE).content.decode()
    assert f"/certificates/{certificate.number}/" in listed
    proved.force_login(stranger)
    assert take(proved, certificate).status_code == 409
    assert "в другом аккаунте" in proved.get(PAGE).content.decode()
    certificate.application.refresh_from_db()
    assert certificate.application.applicant.email == "ivanova@example.org"


@pytest.mark.django_db
def test_erased_certificate_is_neither_listed_with_a_download_nor_taken(
    of_a_table, proved, stranger, registrar
):
    erase_holder(certificate=of_a_table, actor=registrar)
    assert "document/" not in proved.get(PAGE).content.decode()
    proved.force_login(stranger)
    assert take(proved, of_a_table).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/programmes/", "/v/{code}/"])
def test_public_pages_lead_to_the_claim_page(of_a_table, client, path):
    shown = client.get(path.format(code=of_a_table.code)).content.decode()
    assert 'href="/certificates/claim/"' in shown

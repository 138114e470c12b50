"""Delivery of the e-mail with the certificate, and claiming by code when it was lost."""

import hashlib
import re
from datetime import date, timedelta
from html import unescape
from smtplib import SMTPRecipientsRefused
from urllib.parse import unquote

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from accounts.models import GuessCounter
from accounts.states import Proof
from certificates.models import Certificate, CertificateEvent
from tests.support.database_owner import execute_past_triggers

pytestmark = pytest.mark.django_db


class RefusingBackend(EmailBackend):
    def send_messages(self, messages):  # noqa: ARG002  # the signature is that of Django
        raise SMTPRecipientsRefused({"ivanova@yandex.ru": (550, b"no such user here")})


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def lost(certificate, bounce):
    bounce(certificate)
    certificate.refresh_from_db()
    return certificate


def resend(client, certificate, email, whose="registrar/"):
    return client.post(f"/{whose}certificates/{certificate.number}/email/", {"email": email})


def test_the_document_is_attached_if_the_programme_says_so(
    programme, filled, confirm, deliver, sent_emails
):
    programme.attach_document = True
    programme.save(update_fields=["attach_document"])
    confirm(filled)
    deliver()
    certificate = filled.issued_certificate
    ((name, content, kind),) = sent_emails[0].attachments
    assert name == f"Свидетельство о публикации — Иванова М. П. — № {certificate.number}.pdf"
    assert kind == "application/pdf"
    assert hashlib.sha256(content).hexdigest() == certificate.document_digest


def test_otherwise_the_email_has_only_a_link(certificate, sent_emails):
    assert sent_emails[0].attachments == []
    assert f"/v/{certificate.printed_code}/document/" in sent_emails[0].body


def test_the_attachment_has_a_readable_name(page, certificate):
    answer = page.get(f"/certificates/{certificate.number}/document/")
    name = unquote(answer.headers["Content-Disposition"])
    expected = f"Свидетельство о публикации — Иванова М. П. — № {certificate.number}.pdf"
    assert name.endswith(f"''{expected}")


def test_a_bounce_is_shown_to_the_registrar(desk, lost):
    page = desk.get("/registrar/certificates/", {"bounced": "on"}).content.decode()
    assert lost.number in page
    assert "вернулось" in page
    page = desk.get(f"/registrar/certificates/{lost.number}/").content.decode()
    assert "Postmark: smtp;550 no such user" in page


def test_the_address_of_the_account_is_suggested_after_a_bounce(desk, lost, deliver, sent_emails):
    page = desk.get(f"/registrar/certificates/{lost.number}/").content.decode()
    assert "Отправить на ivanova@example.org" in page
    resend(desk, lost, "ivanova@example.org")
    deliver()
    lost.refresh_from_db()
    assert sent_emails[-1].to == ["ivanova@example.org"]
    assert (lost.bounced_at, lost.email_number) == (None, 2)
    assert sent_emails[-1].extra_headers["Message-ID"] != sent_emails[0].extra_headers["Message-ID"]


def test_a_corrected_domain_is_suggested_after_a_bounce(desk, certificate, bounce):
    Certificate.objects.update(email="ivanova@yandeks.ru")
    bounce(certificate, email="ivanova@yandeks.ru")
    page = desk.get(f"/registrar/certificates/{certificate.number}/").content.decode()
    assert "Отправить на ivanova@yandex.ru" in page


def test_a_repeated_bounce_is_recorded_once(lost, bounce):
    bounce(lost)
    assert CertificateEvent.objects.filter(action="certificate.email_bounced").count() == 1


def test_a_permanent_refusal_is_a_bounce_without_a_retry(
    filled, confirm, deliver, settings, sent_emails
):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    confirm(filled)
    deliver()
    certificate = Certificate.objects.get()
    assert certificate.bounce_reason == "550 no such user here"
    assert certificate.mailed_at is None
    assert not Certificate.objects.unmailed().exists()


def test_the_holder_can_resend_the_email(page, certificate, deliver, sent_emails):
    Certificate.objects.update(mailed_at=certificate.sealed_at - timedelta(hours=1))
    resend(page, certificate, "", whose="")
    deliver()
    assert [message.to for message in sent_emails] == [["ivanova@yandex.ru"]] * 2
    event = CertificateEvent.objects.get(action="certificate.email_requested")
    assert (event.actor.display_name, "Мария" in event.actor_label) == ("Мария", False)


def test_resending_within_a_moment_is_refused(page, certificate, deliver, sent_emails):
    answer = resend(page, certificate, "", whose="")
    deliver()
    assert answer.status_code == 409
    assert "Письмо только что отправлено" in answer.content.decode()
    assert len(sent_emails) == 1


def test_an_incomplete_address_is_refused(desk, certificate):
    answer = resend(desk, certificate, "ivanova@")
    assert answer.status_code == 422
    assert "Напишите адрес полностью" in answer.content.decode()
    assert Certificate.objects.get().email == "ivanova@yandex.ru"


@pytest.mark.parametrize("path", ["", "email/", "privacy/"])
def test_the_page_of_a_certificate_is_for_its_holder_only(
    path, stranger, desk, sign_in, certificate
):
    address = f"/certificates/{certificate.number}/{path}"
    people = [sign_in(stranger), desk, Client()]
    answers = [(person.post if path else person.get)(address) for person in people]
    assert [answer.status_code for answer in answers] == [404, 404, 302]
    assert Certificate.objects.get().email_number == 1


def test_the_holder_can_show_and_hide_the_name(page, client, certificate):
    is_named = []
    for choice in ("public", "hidden"):
        page.post(f"/certificates/{certificate.number}/privacy/", {"name": choice})
        answer = client.get("/verify/", {"number": certificate.number})
        is_named.append("Иванова Мария Петровна" in answer.content.decode())
    assert is_named == [True, False]
    acts = CertificateEvent.objects.filter(action__startswith="certificate.name_")
    assert acts.count() == 2


def test_the_profile_link_has_the_verification_url(page, certificate):
    html = page.get(f"/certificates/{certificate.number}/").content.decode()
    link = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', html).group(1)
    assert f"certId={certificate.number}" in link
    assert certificate.printed_code in unquote(link)


@pytest.mark.django_db(transaction=True)
def test_the_profile_link_has_the_printed_date(page, certificate):
    # The moment by UTC may be of the month before.
    long_ago = certificate.issued_at - timedelta(days=40)
    execute_past_triggers(
        "UPDATE certificates_certificate SET issued_at = %s WHERE id = %s",
        [long_ago, certificate.pk],
    )
    html = unescape(page.get(f"/certificates/{certificate.number}/").content.decode())
    printed = date.fromisoformat(certificate.document_data["issued_on"])
    assert f"issueYear={printed.year}&issueMonth={printed.month}&" in html


def asked_for_code(client, email="Ivanova@Yandex.ru"):
    return client.post("/certificates/claim/", {"email": email}, follow=True)


def code_in(message):
    return re.search(r"\b\d{8}\b", message.body).group(0)


def test_a_code_from_the_email_opens_the_list_without_an_account(
    certificate, client, deliver, sent_emails
):
    asked_for_code(client)
    deliver()
    answer = client.post(
        "/certificates/claim/code/", {"code": code_in(sent_emails[-1])}, follow=True
    )
    assert sent_emails[-1].to == ["Ivanova@yandex.ru"]
    assert certificate.number in answer.content.decode()
    assert f"/v/{certificate.printed_code}/document/" in answer.content.decode()


def test_an_unknown_address_gets_the_same_page_and_an_email_without_a_code(
    certificate, client, deliver, sent_emails
):
    before = len(sent_emails)
    known, unknown = asked_for_code(client), asked_for_code(client, "nobody@example.org")
    deliver()
    assert known.templates[0].name == unknown.templates[0].name
    to_known, to_unknown = sent_emails[before:]
    assert [to_known.to, to_unknown.to] == [["Ivanova@yandex.ru"], ["nobody@example.org"]]
    assert not re.search(r"\d{6}", to_unknown.body)
    for code in ("", "000000"):
        answer = client.post("/certificates/claim/code/", {"code": code})
        assert certificate.number not in answer.content.decode()


def test_guesses_for_an_address_are_counted_whatever_its_capitals(certificate, client, deliver):
    for email in ("ivanova@yandex.ru", "IVANOVA@yandex.ru", "Ivanova@YANDEX.ru"):
        asked_for_code(client, email)
        client.post("/certificates/claim/code/", {"code": "1"})
    counter = GuessCounter.objects.get(proof=Proof.CERTIFICATES_CODE)
    assert counter.consecutive == 3


def test_three_wrong_codes_invalidate_the_code(certificate, client, deliver, sent_emails):
    asked_for_code(client)
    deliver()
    right = code_in(sent_emails[-1])
    wrong = f"{(int(right) + 1) % 10**8:08}"
    for _ in range(3):
        answer = client.post("/certificates/claim/code/", {"code": wrong})
    assert "больше не действует" in answer.content.decode()
    answer = client.post("/certificates/claim/code/", {"code": right}, follow=True)
    assert certificate.number not in answer.content.decode()


def test_the_url_of_the_list_does_not_open_it(certificate, client):
    answer = client.get("/certificates/claim/code/", follow=True)
    assert answer.redirect_chain[-1][0] == "/certificates/claim/"
    assert certificate.number not in answer.content.decode()


def test_codes_to_one_address_are_limited(certificate, client, deliver, sent_emails):
    answers = [asked_for_code(client) for _ in range(6)]
    deliver()
    assert answers[-1].status_code == 429
    assert len([message for message in sent_emails if "Код" in message.subject]) == 5


@pytest.mark.parametrize("spelling", ["idn@почта.рф", "idn@ПОЧТА.рф", "idn@xn--80a1acny.xn--p1ai"])
def test_a_certificate_is_found_by_each_spelling_of_its_domain(
    certificate, client, deliver, sent_emails, spelling
):
    Certificate.objects.update(email="idn@почта.рф")
    client.post("/certificates/claim/", {"email": spelling})
    deliver()
    answer = client.post(
        "/certificates/claim/code/", {"code": code_in(sent_emails[-1])}, follow=True
    )
    assert certificate.number in answer.content.decode()


@pytest.mark.parametrize("email", ["иван@почта.рф", "иван@yandex.ru"])
def test_an_address_has_one_spelling_and_letters_that_mail_servers_take(
    certificate, desk, client, email
):
    resend(desk, certificate, "idn@xn--80a1acny.xn--p1ai")
    certificate.refresh_from_db()
    assert certificate.email == "idn@почта.рф"
    sentence = "До знака @ в адресе бывают только латинские буквы"
    assert sentence in resend(desk, certificate, email).content.decode()
    assert sentence in client.post("/certificates/claim/", {"email": email}).content.decode()
    certificate.refresh_from_db()
    assert certificate.email == "idn@почта.рф"

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from certificates.issuing import document_data
from certificates.models import Certificate, CertificateEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


def revoke(client, certificate, reason="Материал снят с публикации", expected="valid"):
    address = f"/registrar/certificates/{certificate.number}/revocation/"
    return client.post(address, {"reason": reason, "expected": expected})


def test_the_reason_of_a_revocation_is_public(desk, client, certificate, deliver, sent_emails):
    revoke(desk, certificate)
    deliver()
    page = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "Аннулировано" in page
    assert "Материал снят с публикации" in page
    assert Certificate.objects.filter(pk=certificate.pk, status="revoked").exists()
    assert (
        sent_emails[-1].subject
        == f"Аннулирован документ № {certificate.number}: Свидетельство о публикации"
    )
    assert "Материал снят с публикации" in sent_emails[-1].body
    event = CertificateEvent.objects.get(action="certificate.revoked")
    assert (event.from_status, event.to_status) == ("valid", "revoked")
    assert event.actor_label == "Регистратор"


def test_the_api_shows_the_revocation(desk, client, certificate):
    revoke(desk, certificate)
    data = client.get(f"/api/v1/verify/{certificate.printed_code}/").json()
    assert data["finding"] == "revoked"
    assert data["revocation_reason"] == "Материал снят с публикации"


def test_a_reason_is_needed(desk, certificate):
    page = revoke(desk, certificate, reason="  ")
    assert page.status_code == 422
    assert "Напишите почему" in page.content.decode()
    assert Certificate.objects.get().status == "valid"


def test_revoking_again_changes_nothing(desk, certificate, deliver, sent_emails):
    revoke(desk, certificate)
    revoke(desk, certificate, reason="Другая причина", expected="revoked")
    deliver()
    assert Certificate.objects.get().revocation_reason == "Материал снят с публикации"
    subjects = [email.subject for email in sent_emails]
    assert len([one for one in subjects if one.startswith("Аннулирован документ")]) == 1


def test_a_revocation_from_a_stale_page_is_refused(desk, certificate):
    answer = revoke(desk, certificate, expected="superseded")
    assert answer.status_code == 409
    assert Certificate.objects.get().status == "valid"


@pytest.mark.parametrize("path", ["", "revocation/", "email/"])
def test_only_registrars_work_in_the_register(path, page, stranger, sign_in, certificate):
    address = f"/registrar/certificates/{certificate.number}/{path}"
    answers = [
        (person.post if path else person.get)(address, {"reason": "x", "expected": "valid"})
        for person in (page, sign_in(stranger), Client())
    ]
    assert [answer.status_code for answer in answers] == [403, 404, 302]
    assert Certificate.objects.get().status == "valid"
    assert Certificate.objects.get().email_number == 1


def test_the_register_is_searched_by_number_name_and_email(desk, certificate):
    for typed in (certificate.number.lower(), "иванова", "IVANOVA@"):
        page = desk.get("/registrar/certificates/", {"q": typed}).content.decode()
        assert certificate.number in page
    page = desk.get("/registrar/certificates/", {"q": "Петрова"}).content.decode()
    assert "Ничего не найдено" in page


def test_the_register_is_filtered_by_programme_and_status(desk, certificate):
    def found(**query):
        shown = desk.get("/registrar/certificates/", query)
        return [one.number for one in shown.context["certificates"]]

    assert found(programme="publication", status="valid") == [certificate.number]
    assert found(programme="participation") == found(status="revoked") == []
    assert desk.get("/registrar/certificates/?status=lost&programme=no").status_code == 200


def test_the_register_tells_certificates_of_one_programme_apart(desk, certificate):
    page = desk.get("/registrar/certificates/").content.decode()
    assert "Развитие речи младших школьников" in page
    entry = desk.get(f"/registrar/certificates/{certificate.number}/").content.decode()
    assert "Развитие речи младших школьников" in entry


def test_entry_shows_the_corrections_before_and_after_it(desk, certificate, correct):
    _, waiting = correct(certificate, surname="Сидоренко")
    entry = f"/registrar/certificates/{certificate.number}/"
    page = desk.get(entry).content.decode()
    assert "Исправление к нему ждёт решения." in page
    assert f'href="/registrar/applications/{waiting.pk}/"' in page
    desk.post(
        f"/registrar/applications/{waiting.pk}/decision/",
        {"decision": "reject", "expected": "submitted", "note": "Фамилия другая"},
    )
    assert "ждёт решения" not in desk.get(entry).content.decode()


def test_entry_shows_what_a_correction_changed(desk, certificate, correct):
    correct(certificate, surname="Иванина")
    replacement = Certificate.objects.get(supersedes=certificate)
    old = desk.get(f"/registrar/certificates/{certificate.number}/").content.decode()
    assert f"Его заменило свидетельство № {replacement.number}." in old
    assert "<del" not in old
    new = desk.get(f"/registrar/certificates/{replacement.number}/").content.decode()
    assert f"Оно заменяет свидетельство № {certificate.number}." in new
    assert '<del lang="ru">Иван<mark>ов</mark>а</del>' in new
    assert '<ins lang="ru">Иван<mark>ин</mark>а</ins>' in new


def test_entry_says_where_the_email_went_and_how_else_the_holder_gets_the_document(
    desk, certificate
):
    certificate.refresh_from_db()
    page = desk.get(f"/registrar/certificates/{certificate.number}/").content.decode()
    assert f"Отправлено на {certificate.email}" in page
    assert ">http://testserver/certificates/claim/</a>" in page


@pytest.fixture
def for_a_month(programme):
    programme.valid_months = 1
    programme.save(update_fields=["valid_months"])


def test_the_term_is_frozen_at_issue(for_a_month, certificate):
    assert certificate.expires_on == document_data.expiry(timezone.localdate(), 1)
    with pytest.raises(Exception, match="Cannot update"):
        Certificate.objects.update(expires_on=dt.date(2099, 1, 1))


@pytest.mark.parametrize(
    ("issued_on", "months", "last_day"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 11, 23), 1, dt.date(2026, 12, 23)),
        (dt.date(2026, 12, 1), 1, dt.date(2027, 1, 1)),
        (dt.date(2024, 2, 29), 60, dt.date(2029, 2, 28)),
    ],
)
def test_months_of_validity(issued_on, months, last_day):
    assert document_data.expiry(issued_on, months) == last_day


def test_after_its_last_day_it_has_expired(for_a_month, certificate, client, monkeypatch):
    code = certificate.printed_code
    later = timezone.localdate() + dt.timedelta(days=40)
    monkeypatch.setattr(timezone, "localdate", lambda *_: later)
    assert "Срок действия закончился" in client.get(f"/v/{code}/").content.decode()
    assert client.get(f"/api/v1/verify/{code}/").json()["finding"] == "expired"

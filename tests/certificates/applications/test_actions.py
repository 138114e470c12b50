import pytest
from django.db import ProgrammingError, connection

from certificates.form.answers import digest
from certificates.models import Application, Certificate, Confirmation
from certificates.states import ApplicationStatus

pytestmark = pytest.mark.django_db


def test_a_confirmation_is_proof(filled, confirm):
    confirm(filled)
    proof = Confirmation.objects.get()
    assert proof.answers == filled.answers
    assert proof.digest == digest(filled.answers)
    assert len(proof.preview_digest) == 64
    assert proof.ip == "127.0.0.1"
    assert proof.warning.startswith("Документ составляется по данным")


def test_a_confirmation_cannot_be_rewritten(filled, confirm):
    confirm(filled)
    with pytest.raises(ProgrammingError, match="Cannot update"):
        Confirmation.objects.update(digest="0" * 64)


def test_answers_changed_in_another_tab_must_be_read_again(page, filled):
    address = f"/applications/{filled.pk}/confirmation/"
    seen = page.get(address).context["digest"]
    page.post("/programmes/publication/", {"surname": "Петрова"})
    answer = page.post(address, {"digest": seen})
    assert answer.status_code == 409
    assert "Петрова" in answer.content.decode()
    assert not Confirmation.objects.exists()


def test_confirming_twice_confirms_once(page, filled, deliver, sent_emails):
    address = f"/applications/{filled.pk}/confirmation/"
    seen = page.get(address).context["digest"]
    page.post(address, {"digest": seen})
    page.post(address, {"digest": seen})
    deliver()
    assert Confirmation.objects.count() == Certificate.objects.count() == len(sent_emails) == 1


def test_what_is_confirmed_cannot_be_changed(page, filled, confirm):
    confirm(filled)
    page.post(f"/applications/{filled.pk}/edit/", {"surname": "Петрова"})
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Иванова"


def test_required_answer_must_not_be_empty(page, filled):
    answer = page.post("/programmes/publication/", {"title": ""})
    assert answer.status_code == 422
    assert "Название материала" in answer.content.decode()
    assert not Confirmation.objects.exists()


def test_person_without_patronymic_ticks_a_box(page, filled, confirm, deliver):
    page.post("/programmes/publication/", {"patronymic": "Петровна", "patronymic_none": "yes"})
    filled.refresh_from_db()
    confirm(filled)
    deliver()
    assert filled.issued_certificate.holder == "Иванова Мария"


def test_only_the_applicant_can_confirm(filled, stranger, sign_in):
    other = sign_in(stranger)
    answer = other.post(
        f"/applications/{filled.pk}/confirmation/", {"digest": digest(filled.answers)}
    )
    assert answer.status_code == 404
    assert Application.objects.get().status == ApplicationStatus.DRAFT


def test_slip_must_be_corrected_or_dismissed_before_confirming(page, filled):
    answer = page.post("/programmes/publication/", {"surname": "Ивaнова"})  # a Latin a
    assert answer.status_code == 422
    assert "Оставить как есть" in answer.content.decode()
    page.get(f"/applications/{filled.pk}/confirmation/")
    assert not Confirmation.objects.exists()


def test_dismissed_slip_sends_the_application_to_the_registrar(page, filled, confirm, deliver):
    page.post("/programmes/publication/", {"surname": "Ивaнова", "dismiss": "surname:mixed_script"})
    filled.refresh_from_db()
    confirm(filled)
    deliver()
    assert filled.status == ApplicationStatus.SUBMITTED
    assert filled.risk_reasons == ["slip_dismissed"]
    assert not Certificate.objects.exists()


def test_status_and_time_agree_in_the_database(filled):
    with pytest.raises(Exception, match="application_confirmed_when"), connection.cursor() as sql:
        sql.execute("UPDATE certificates_application SET status = 'submitted'")

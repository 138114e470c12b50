import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from certificates.applications import correction_size, review
from certificates.fields import Field, FieldKind
from certificates.models import Application, Certificate, Programme
from certificates.register.erasure import erase_holder
from certificates.register.revocation import revoke_certificate
from certificates.states import CertificateStatus
from core.errors import Conflict

pytestmark = pytest.mark.django_db


def start(page, certificate):
    return page.post(f"/certificates/{certificate.number}/correction/")


def test_correction_of_two_letters_is_issued_at_once(correct, certificate, client, sent_emails):
    correct(certificate, surname="Иванина")
    certificate.refresh_from_db()
    replacement = Certificate.objects.get(supersedes=certificate)
    assert certificate.status == "superseded"
    assert replacement.holder == "Иванина Мария Петровна"
    assert replacement.serial == certificate.serial + 1
    assert f"Оно заменяет свидетельство № {certificate.number}" in sent_emails[-1].body
    assert "Что изменено:\nФамилия: Иванова → Иванина\n" in sent_emails[-1].body


def test_the_old_code_says_what_replaced_it(correct, certificate, client):
    correct(certificate, surname="Иванина")
    replacement = Certificate.objects.get(supersedes=certificate)
    old = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert f"Заменено свидетельством № {replacement.number}" in old
    assert "Иванова Мария Петровна" in old
    new = client.get(f"/v/{replacement.printed_code}/").content.decode()
    assert "Свидетельство действительно" in new


def test_more_than_two_letters_wait_for_the_registrar(correct, certificate, registrar, deliver):
    _, correction = correct(certificate, surname="Сидоренко")
    assert correction.status == "submitted"
    assert correction.waits_for_registrar
    assert Certificate.objects.count() == 1
    review.decide_application(
        application=correction,
        actor=registrar,
        decision=review.ApplicationDecision.APPROVE,
        expected="submitted",
    )
    deliver()
    assert Certificate.objects.get(supersedes=certificate).holder == "Сидоренко Мария Петровна"


def test_the_second_correction_waits_for_the_registrar(correct, certificate):
    correct(certificate, surname="Иванина")
    _, second = correct(Certificate.objects.get(supersedes=certificate), surname="Иванова")
    assert second.status == "submitted"
    assert second.risk_reasons == ["repeated_correction"]


def test_small_correction_needs_no_registrar_in_any_programme(correct, certificate):
    Programme.objects.update(approval=Programme.Approval.REGISTRAR)
    correct(certificate, surname="Иванина")
    assert Certificate.objects.filter(supersedes=certificate).exists()


def test_correction_counts_towards_no_limit_and_is_no_duplicate(correct, certificate):
    Programme.objects.update(limit_per_person=1)
    _, correction = correct(certificate, position="учитель математике")
    assert correction.risk_reasons == []
    assert correction.status == "approved"


def test_corrections_are_possible_after_the_programme_closes(correct, certificate):
    Programme.objects.update(closes_at=timezone.now())
    correct(certificate, surname="Иванина")
    assert Certificate.objects.filter(supersedes=certificate).exists()


def test_unchanged_correction_cannot_be_confirmed(correct, certificate):
    answer, correction = correct(certificate)
    assert "Ничего не изменено" in answer.content.decode()
    assert correction.status == "draft"


def test_second_request_continues_the_first_correction(page, certificate):
    assert start(page, certificate).url == start(page, certificate).url
    assert Application.objects.filter(corrects=certificate).count() == 1


def test_correction_is_refused_after_the_days_for_corrections(page, certificate):
    Programme.objects.update(correction_days=0)
    answer = start(page, certificate)
    assert answer.status_code == 409
    assert "Срок для исправлений прошёл" in answer.content.decode()
    assert not Application.objects.filter(corrects=certificate).exists()


def test_only_the_holder_corrects(stranger, registrar, sign_in, client, certificate):
    people = [sign_in(stranger), sign_in(registrar), client]
    assert [start(person, certificate).status_code for person in people] == [404, 404, 302]
    assert not Application.objects.filter(corrects=certificate).exists()


def revoke(certificate, registrar):
    revoke_certificate(
        certificate=certificate,
        actor=registrar,
        reason="Материал снят",
        expected=CertificateStatus.VALID,
    )


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def told(deliver, sent_emails):
    """Return what the newest e-mail to the applicant of an application says."""

    def run(application):
        deliver()
        to = [application.applicant.email]
        newest = [email for email in sent_emails if email.to == to][-1]
        return f"{newest.subject}\n{newest.body}"

    return run


def test_waiting_correction_is_rejected_with_the_revoked_certificate(
    page, desk, correct, certificate, told
):
    _, correction = correct(certificate, surname="Сидоренко")
    entry = desk.get(f"/registrar/certificates/{certificate.number}/").content.decode()
    assert "Исправление, которое ждёт решения, будет отклонено" in entry
    desk.post(
        f"/registrar/certificates/{certificate.number}/revocation/",
        {"reason": "Материал снят", "expected": "valid"},
    )
    correction.refresh_from_db()
    assert correction.status == "rejected"
    event = correction.events.last()
    assert (event.action, event.from_status, event.to_status, event.note) == (
        "correction.closed",
        "submitted",
        "rejected",
        "Материал снят",
    )
    assert event.actor_label == "Регистратор"
    note = f"Свидетельство № {certificate.number}, к которому оно относится, аннулировано."
    assert f"{note} Материал снят" in page.get(f"/applications/{correction.pk}/").content.decode()
    newest = told(correction)
    assert newest.startswith("Заявка отклонена")
    assert note in newest
    assert desk.get("/registrar/").context["applications"] == []
    assert correction.pk in [
        row.application.pk for row in desk.get("/registrar/rejected/").context["applications"]
    ]


def test_rejected_correction_of_a_revoked_certificate_is_not_approved(
    correct, certificate, registrar
):
    _, correction = correct(certificate, surname="Сидоренко")
    revoke(certificate, registrar)
    with pytest.raises(Conflict):
        review.decide_application(
            application=correction,
            actor=registrar,
            decision=review.ApplicationDecision.APPROVE,
            expected="submitted",
        )
    assert Certificate.objects.get().status == "revoked"


def test_returned_correction_is_withdrawn_with_the_revoked_certificate(
    page, correct, certificate, registrar, told
):
    _, correction = correct(certificate, surname="Сидоренко")
    review.decide_application(
        application=correction,
        actor=registrar,
        decision=review.ApplicationDecision.RETURN,
        expected="submitted",
        note="Уточните фамилию",
    )
    revoke(certificate, registrar)
    page.post(f"/applications/{correction.pk}/edit/", {"surname": "Сидорова"})
    answers = correction.answers
    correction.refresh_from_db()
    assert (correction.status, correction.answers) == ("withdrawn", answers)
    shown = page.get(f"/applications/{correction.pk}/").content.decode()
    assert "Исправляемое свидетельство аннулировано" in shown
    assert "Материал снят" in shown
    newest = told(correction)
    assert newest.startswith("Ваше исправление закрыто")
    assert "Материал снят" in newest


def test_draft_of_a_correction_is_withdrawn_with_the_revoked_certificate(
    page, certificate, registrar
):
    start(page, certificate)
    revoke(certificate, registrar)
    assert Application.objects.get(corrects=certificate).status == "withdrawn"


def test_refused_revocation_closes_no_correction(page, certificate, registrar):
    start(page, certificate)
    with pytest.raises(Conflict):
        revoke_certificate(
            certificate=certificate,
            actor=registrar,
            reason="Материал снят",
            expected=CertificateStatus.SUPERSEDED,
        )
    assert Application.objects.get(corrects=certificate).status == "draft"


def test_waiting_correction_is_erased_with_the_certificate(correct, certificate, registrar):
    _, correction = correct(certificate, surname="Сидоренко")
    erase_holder(certificate=certificate, actor=registrar)
    correction.refresh_from_db()
    assert (correction.status, correction.answers) == ("withdrawn", {})
    assert correction.confirmations.get().answers == {}


def test_a_wrong_date_is_never_small():
    field = Field("held_on", FieldKind.DATE)
    before, after = {"held_on": "2026-03-01"}, {"held_on": "2026-03-02"}
    assert not correction_size.is_small([field], before, after)


def test_letters_are_counted_over_all_answers():
    fields = [Field(key, FieldKind.SURNAME) for key in "ab"]
    assert correction_size.is_small(fields, {"a": "Ким", "b": "Ли"}, {"a": "Кин", "b": "Лю"})
    assert not correction_size.is_small(fields, {"a": "Ким", "b": "Ли"}, {"a": "Сон", "b": "Лю"})


@given(st.text("абв", max_size=6), st.text("абв", max_size=6))
def test_correction_is_small_up_to_two_edits(one, other):
    fields = [Field("surname", FieldKind.SURNAME)]
    is_small = correction_size.is_small(fields, {"surname": one}, {"surname": other})
    assert is_small == (_levenshtein(one, other) <= 2)


def _levenshtein(one, other):
    if not one or not other:
        return len(one or other)
    return min(
        _levenshtein(one[1:], other) + 1,
        _levenshtein(one, other[1:]) + 1,
        _levenshtein(one[1:], other[1:]) + (one[0] != other[0]),
    )

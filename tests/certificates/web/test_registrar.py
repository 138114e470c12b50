import pytest

from accounts.actions import grant_role
from accounts.models import Role
from certificates.models import Application, Certificate, CertificateEvent, Confirmation
from certificates.states import ApplicationStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def waiting(by_hand, filled, confirm, deliver):
    confirm(filled)
    deliver()
    return filled


def decide(client, application, decision, **more):
    return client.post(
        f"/registrar/applications/{application.pk}/decision/",
        {"decision": decision, "expected": "submitted", **more},
    )


def test_nothing_is_issued_before_the_registrar_decides(waiting):
    assert waiting.status == ApplicationStatus.SUBMITTED
    assert not Certificate.objects.exists()


def test_only_registrars_see_the_queue(client, page, desk, waiting):
    assert "Иванова Мария Петровна" in desk.get("/registrar/").content.decode()
    assert page.get("/registrar/").status_code == 403
    assert client.get("/registrar/").url.startswith("/accounts/login/")


def test_editor_cannot_see_the_queue(waiting, stranger, site, sign_in):
    grant_role(user=stranger, site=site, name=Role.Name.EDITOR, actor=None)
    decide(sign_in(stranger), waiting, "approve")
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_approved_application_is_issued(desk, registrar, waiting, deliver, sent_emails):
    decide(desk, waiting, "approve")
    deliver()
    assert Certificate.objects.get().mailed_at
    event = CertificateEvent.objects.get(action="application.approved")
    assert event.actor == registrar
    _receipt, document = sent_emails
    assert "/document/" in document.body


def test_the_applicant_cannot_approve(page, waiting):
    assert decide(page, waiting, "approve").status_code == 403


def test_application_is_returned_with_a_note_to_a_question(
    page, desk, waiting, deliver, sent_emails
):
    decide(desk, waiting, "return", question="title", note="Название без кавычек")
    deliver()
    assert "Название без кавычек" in sent_emails[-1].body
    form = page.get(f"/applications/{waiting.pk}/edit/").content.decode()
    beside = form.split('id="messages-title"')[1].split("</div>")[0]
    assert "Название без кавычек" in beside


def test_returning_needs_a_note(desk, waiting):
    answer = decide(desk, waiting, "return", note="  ")
    assert "Напишите заявителю, что не так" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_earlier_confirmation_is_shown_for_comparison(page, desk, waiting, confirm):
    decide(desk, waiting, "return", note="Проверьте название")
    page.post(f"/applications/{waiting.pk}/edit/", {"title": "Развитие речи дошкольников"})
    confirm(waiting)
    shown = desk.get(f"/registrar/applications/{waiting.pk}/").content.decode()
    assert "<del>Развитие речи младших школьников</del>" in shown
    assert "Развитие речи дошкольников" in shown
    assert Confirmation.objects.count() == 2


def test_a_stale_decision_is_refused(desk, waiting):
    decide(desk, waiting, "reject", note="Нет публикации")
    answer = decide(desk, waiting, "approve")
    assert answer.status_code == 409
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.REJECTED


def test_registrar_approves_many_at_once(desk, waiting, deliver):
    desk.post("/registrar/approvals/", {"application": [waiting.pk, 999_999]})
    deliver()
    assert Certificate.objects.count() == 1


def test_risky_applications_come_first(desk, waiting, by_hand):
    for risk in (0, 2, 1):
        Application.objects.create(
            programme=by_hand,
            form=waiting.form,
            status=ApplicationStatus.SUBMITTED,
            answers={"surname": f"Риск{risk}"},
            risk=risk,
            confirmed_at=waiting.confirmed_at,
        )
    rows = desk.get("/registrar/").context["applications"]
    assert [row.application.risk for row in rows] == [2, 1, 0, 0]


def test_duplicate_application_waits_for_the_registrar(
    page, confirm, certificate, answers, deliver
):
    page.post("/programmes/publication/", {**answers, "title": "развитие речи младших школьников"})
    again = Application.objects.get(status=ApplicationStatus.DRAFT)
    page.post("/programmes/publication/", {"dismiss": "title:no_capital"})
    confirm(again)
    deliver()
    assert again.risk_reasons == ["slip_dismissed", "duplicate"]
    assert again.status == ApplicationStatus.SUBMITTED


def test_a_rare_name_is_marked_in_the_queue(page, desk, by_hand, filled, confirm):
    page.post("/programmes/publication/", {"given_name": "Нургуль"})
    confirm(filled)
    assert "Имени нет в словаре" in desk.get("/registrar/").content.decode()


def test_rare_name_alone_needs_no_registrar(page, filled, confirm, deliver):
    page.post("/programmes/publication/", {"given_name": "Нургуль"})
    confirm(filled)
    deliver()
    assert Certificate.objects.get().holder == "Иванова Нургуль Петровна"

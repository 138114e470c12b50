"""Text that does not fit at the smallest size is sent to the registrar for review."""

import pytest

from certificates.document_templates import state_changes
from certificates.models import Application, Template, TemplateEvent
from certificates.programmes import configure_programme
from certificates.states import TemplateStatus

pytestmark = pytest.mark.django_db

LONG = " ".join(["подготовка широкопрофильных специалистов электроэнергетики"] * 4)


@pytest.fixture
def long_one(page, programme, answers, applicant):
    """An application whose title has no room in its place, on a programme that approves by rule."""
    page.post("/programmes/publication/", answers | {"title": LONG.capitalize()})
    return Application.objects.get(applicant=applicant)


@pytest.fixture
def narrow(programme):
    """The template in use has little room for titles."""
    put_to_use(programme.template, ('"title", width, 19mm', '"title", width, 7mm'))


def put_to_use(template, change):
    before = template.versions.active()
    newer = state_changes.create_version(template, "publication")
    newer.source = newer.source.replace(*change)
    newer.digest = "of-its-own" + str(newer.number)
    newer.save(update_fields=["source", "digest"])
    state_changes.change_version_status(
        before, TemplateStatus.RETIRED, action=TemplateEvent.Action.RETIRED, actor=None
    )
    state_changes.change_version_status(
        newer, TemplateStatus.ACTIVE, action=TemplateEvent.Action.ACTIVATED, actor=None
    )


@pytest.fixture
def confirmed(narrow, long_one, confirm, deliver):
    confirm(long_one)
    deliver()
    long_one.refresh_from_db()
    return long_one


def decide(desk, application, decision="approve"):
    decided = {"decision": decision, "expected": "submitted", "note": "Сократите название"}
    return desk.post(f"/registrar/applications/{application.pk}/decision/", decided, follow=True)


def test_applicant_learns_that_a_registrar_will_decide(narrow, long_one, page):
    for address in ("/programmes/publication/", f"/applications/{long_one.pk}/confirmation/"):
        assert "заявку посмотрит регистратор" in page.get(address).content.decode()


def test_unfit_application_waits_for_the_registrar(confirmed):
    assert (confirmed.status, confirmed.risk_reasons) == ("submitted", ["does_not_fit"])
    assert confirmed.confirmations.get().preview_digest == ""


def test_application_unfit_for_a_newer_template_waits_for_the_registrar(
    long_one, confirm, programme, deliver
):
    confirm(long_one)
    put_to_use(programme.template, ('"title", width, 19mm', '"title", width, 7mm'))
    deliver()
    long_one.refresh_from_db()
    assert (long_one.status, long_one.risk_reasons) == ("submitted", ["does_not_fit"])


@pytest.fixture
def other_template(programme):
    """Another template of the publication with little room for titles, used for a long time."""
    template = Template.objects.create(site=programme.site, slug="narrow", name_ru="Узкий")
    version = state_changes.create_version(template, "publication")
    version.source = version.source.replace('"title", width, 19mm', '"title", width, 7mm')
    version.digest = "narrow"
    version.save(update_fields=["source", "digest"])
    state_changes.change_version_status(
        version, TemplateStatus.ACTIVE, action=TemplateEvent.Action.ACTIVATED, actor=None
    )
    return template


@pytest.fixture
def choose(programme, registrar):
    def act(template):
        programme.template = template
        configure_programme(programme=programme, changed=["template"], actor=registrar)

    return act


def test_application_unfit_for_the_programmes_new_template_waits_for_the_registrar(
    other_template, choose, long_one, confirm, deliver
):
    confirm(long_one)
    choose(other_template)
    deliver()
    long_one.refresh_from_db()
    assert (long_one.status, long_one.risk_reasons) == ("submitted", ["does_not_fit"])


def test_application_that_fits_the_programmes_new_template_is_approved_by_rule(
    other_template, choose, filled, confirm, deliver
):
    confirm(filled)
    choose(other_template)
    deliver()
    assert filled.issued_certificate.template.template == other_template


def test_unfit_application_cannot_be_approved(confirmed, registrar, sign_in):
    answer = decide(sign_in(registrar), confirmed)
    assert answer.status_code == 409
    assert "Верните заявку с просьбой сократить" in answer.content.decode()
    confirmed.refresh_from_db()
    assert confirmed.status == "submitted"


def test_unfit_application_can_be_returned(confirmed, registrar, sign_in):
    decide(sign_in(registrar), confirmed, "return")
    confirmed.refresh_from_db()
    assert confirmed.status == "returned"


def test_a_template_with_room_lets_it_be_approved(confirmed, registrar, sign_in, deliver):
    put_to_use(confirmed.programme.template, ("#v(1mm)", "#v(1mm)"))
    decide(sign_in(registrar), confirmed)
    deliver()
    assert confirmed.issued_certificate.is_sealed


def test_fitting_application_is_approved_by_rule(filled, confirm, deliver):
    confirm(filled)
    deliver()
    assert filled.issued_certificate.is_sealed

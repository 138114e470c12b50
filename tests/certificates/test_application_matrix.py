"""Every address of programmes, applications and the registrar's desk × every role."""

from dataclasses import dataclass, field

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.actions import grant_role, register_person
from accounts.models import Role
from certificates.form.answers import digest
from certificates.models import AnswerFile, Application, Import, ImportRow
from certificates.states import ApplicationStatus, ImportStatus, RowStatus
from tests.support.roles import REGISTER_ROUTES, ROLES, routes_of
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

MODULES = (
    "certificates.web.applications",
    "certificates.web.application_form",
    "certificates.web.imports",
    "certificates.web.programmes",
    "certificates.web.registrar",
    "certificates.api.views",
)
WHO = ("stranger", "reader", "applicant", *ROLES[2:], "foreign_registrar")


def answers(*statuses):
    return dict(zip(WHO, statuses, strict=True))


def expected_statuses(table, status):
    return {who: status if answer == 200 else answer for who, answer in table.items()}


ANYBODY = dict.fromkeys(WHO, 200)
SIGNED_IN = ANYBODY | {"stranger": 302}
SHARED = answers(302, 404, 200, 404, 200, 200, 404)
OWN = answers(302, 404, 200, 404, 404, 404, 404)
DESK = answers(302, 403, 403, 403, 200, 200, 403)
API = dict.fromkeys(WHO, 200) | {"stranger": 403}
API_SHARED = SHARED | {"stranger": 403}
API_OWN = OWN | {"stranger": 403}
API_DESK = DESK | {"stranger": 403}


@dataclass(frozen=True, slots=True)
class Case:
    """`{…}` in the path and the data are the objects of `things`."""

    answers: dict[str, int]
    path: str = ""
    method: str = "get"
    data: dict[str, str] = field(default_factory=dict)


DRAFT, SENT = "applications/{draft}/", "applications/{sent}/"
TABLE, FORM = "registrar/imports/{table}/", "registrar/programmes/publication/"
REJECT = {"decision": "reject", "expected": "submitted", "note": "Нет публикации"}
API_REJECT = {"action": "reject", "expected_status": "submitted", "note": "Нет публикации"}
MATRIX = {
    "programmes/": Case(ANYBODY),
    "programmes/<slug:slug>/": Case(ANYBODY, "programmes/publication/"),
    "programmes/<slug:slug>/preview.png": Case(ANYBODY, "programmes/publication/preview.png"),
    "applications/": Case(SIGNED_IN),
    "applications/<int:application_id>/": Case(SHARED, SENT),
    "applications/<int:application_id>/edit/": Case(OWN, f"{DRAFT}edit/"),
    "applications/<int:application_id>/preview.png": Case(SHARED, f"{DRAFT}preview.png"),
    "applications/<int:application_id>/files/<int:file_id>/": Case(SHARED, DRAFT + "files/{file}/"),
    "applications/<int:application_id>/confirmation/": Case(OWN, f"{DRAFT}confirmation/"),
    # What is sent here was confirmed by no page.
    "applications/<int:application_id>/confirmed.json": Case(
        expected_statuses(SHARED, 404), f"{SENT}confirmed.json"
    ),
    "applications/<int:application_id>/withdrawal/": Case(
        expected_statuses(OWN, 302), f"{DRAFT}withdrawal/", "post"
    ),
    "registrar/": Case(DESK),
    "^registrar/(?P<status>all|returned|approved|rejected)/$": Case(DESK, "registrar/approved/"),
    "registrar/decisions/": Case(
        expected_statuses(DESK, 302),
        method="post",
        data={"decision": "approve", "application": "{sent}"},
    ),
    "registrar/applications/<int:application_id>/": Case(DESK, f"registrar/{SENT}"),
    "registrar/applications/<int:application_id>/decision/": Case(
        expected_statuses(DESK, 302), f"registrar/{SENT}decision/", "post", REJECT
    ),
    "registrar/programmes/": Case(DESK),
    "registrar/programmes/new/": Case(DESK),
    "registrar/programmes/<slug:slug>/": Case(DESK, FORM),
    "registrar/programmes/<slug:slug>/form/": Case(DESK, f"{FORM}form/"),
    "registrar/programmes/<slug:slug>/form/preview/": Case(
        DESK, f"{FORM}form/preview/", "post", {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
    ),
    "registrar/imports/": Case(DESK),
    "registrar/imports/<int:import_id>/": Case(DESK, TABLE),
    "registrar/imports/<int:import_id>/columns/": Case(
        expected_statuses(DESK, 302), f"{TABLE}columns/", "post"
    ),
    "registrar/imports/<int:import_id>/retry/": Case(
        expected_statuses(DESK, 302), f"{TABLE}retry/", "post"
    ),
    "registrar/imports/<int:import_id>/run/": Case(
        expected_statuses(DESK, 302), f"{TABLE}run/", "post"
    ),
    "registrar/imports/<int:import_id>/pause/": Case(
        expected_statuses(DESK, 409), f"{TABLE}pause/", "post"
    ),
    "registrar/imports/<int:import_id>/resume/": Case(
        expected_statuses(DESK, 409), f"{TABLE}resume/", "post"
    ),
    "registrar/imports/<int:import_id>/pack/": Case(
        expected_statuses(DESK, 302), f"{TABLE}pack/", "post"
    ),
    "registrar/imports/<int:import_id>/mend.xlsx": Case(DESK, f"{TABLE}mend.xlsx"),
    "registrar/imports/<int:import_id>/archive.zip": Case(
        expected_statuses(DESK, 404), f"{TABLE}archive.zip"
    ),
    "api/v1/programmes/": Case(ANYBODY),
    "api/v1/programmes/<slug:slug>/": Case(ANYBODY, "api/v1/programmes/publication/"),
    "api/v1/applications/": Case(API),
    "api/v1/applications/ to begin": Case(
        expected_statuses(API, 201), "api/v1/applications/", "post", {"programme": "publication"}
    ),
    "api/v1/applications/<int:application_id>/": Case(API_SHARED, f"api/v1/{SENT}"),
    "api/v1/applications/<int:application_id>/ to change": Case(
        API_OWN, f"api/v1/{DRAFT}", "patch"
    ),
    r"api/v1/^applications/(?P<application_id>[0-9]{1,19})/preview\.(?P<form>png|pdf)$": Case(
        API_SHARED, f"api/v1/{DRAFT}preview.pdf"
    ),
    "api/v1/applications/<int:application_id>/answers/<str:question>/file/": Case(
        API_SHARED, f"api/v1/{DRAFT}answers/review/file/"
    ),
    "api/v1/applications/<int:application_id>/answers/<str:question>/file/ to remove": Case(
        expected_statuses(API_OWN, 422), f"api/v1/{DRAFT}answers/review/file/", "delete"
    ),
    "api/v1/applications/<int:application_id>/confirmation/": Case(
        API_OWN, f"api/v1/{DRAFT}confirmation/", "post", {"digest": "{digest}"}
    ),
    "api/v1/applications/<int:application_id>/decisions/": Case(
        API_DESK, f"api/v1/{SENT}decisions/", "post", API_REJECT
    ),
}


@pytest.fixture
def client_of(site, request):
    def enter(who):
        client = Client()
        if who in {"applicant", "foreign_registrar"}:
            client.force_login(request.getfixturevalue(who))
        elif who != "stranger":
            name = dict(zip(ROLES[1:], ("Анна", "Нина", "Олег", "Павла"), strict=True))[who]
            user = register_person(email=f"{who}@example.org", password="pw", display_name=name)
            if who != "reader":
                grant_role(user=user, site=site, name=Role.Name(who), actor=None)
            client.force_login(user)
        return client

    return enter


@pytest.fixture
def things(programme, answers, applicant):
    """A draft with a file, a confirmed application, and a table that has been checked."""
    form = programme.forms.get(version=1)
    about = {"programme": programme, "form": form, "applicant": applicant}
    name = f"{'0' * 64}/Отзыв.pdf"
    draft = Application.objects.create(**about, answers=answers | {"review": name})
    file = AnswerFile(application=draft, question="review", name="Отзыв.pdf", digest="0" * 64)
    file.mime, file.size = "application/pdf", 5
    file.content.save("answers/a.pdf", ContentFile(b"%PDF-"))
    sent = Application.objects.create(
        **about,
        answers=answers,
        status=ApplicationStatus.SUBMITTED,
        confirmed_at=timezone.now(),
    )
    table = Import.objects.create(
        programme=programme, form=form, filename="a.xlsx", status=ImportStatus.CHECKED, digest="1"
    )
    ImportRow.objects.create(
        source=table, programme=programme, position=2, cells=[], status=RowStatus.READY
    )
    return {
        "draft": draft.pk,
        "file": file.pk,
        "sent": sent.pk,
        "table": table.pk,
        "digest": digest(draft.answers),
    }


def test_every_url_is_in_the_matrix():
    covered = {route.partition(" ")[0] for route in MATRIX}
    of_register = REGISTER_ROUTES & routes_of(MODULES[-1])
    assert set().union(*map(routes_of, MODULES)) == covered | of_register


@pytest.mark.parametrize("who", WHO)
def test_each_is_answered_as_the_matrix_says(client_of, things, who):
    client, statuses = client_of(who), {}
    for route, case in MATRIX.items():
        path = "/" + (case.path or route).format(**things)
        data = {key: value.format(**things) for key, value in case.data.items()}
        sent = {"content_type": "application/json"} if "api/" in path else {}
        request = getattr(same_visitor(client), case.method)
        with undone():
            answer = request(path, data, **({} if case.method == "get" else sent))
        statuses[route] = answer.status_code
        if who == "stranger" and case.answers["reader"] != case.answers[who] == 302:
            assert answer["Location"].startswith("/accounts/login/?next="), route
    assert statuses == {route: case.answers[who] for route, case in MATRIX.items()}

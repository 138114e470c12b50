"""Every address of the register and of the public verification × every role."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import grant_role, register_person
from accounts.models import Role
from certificates import tasks
from certificates.issuing import actions
from certificates.models import Application, Certificate
from certificates.states import ApplicationStatus
from tests.support.roles import REGISTER_ROUTES, ROLES, routes_of
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

MODULES = (
    "certificates.web.my_certificates",
    "certificates.web.register",
    "certificates.web.claim_by_code",
    "certificates.web.verifying",
    "certificates.api.register",
)
WHO = ("stranger", "reader", "holder", *ROLES[2:])


def answers(*statuses):
    return dict(zip(WHO, statuses, strict=True))


ANYBODY = dict.fromkeys(WHO, 200)
OWN_PAGE = answers(302, 404, 200, 404, 404, 404)
OWN_ACT = answers(302, 404, 302, 404, 404, 404)
DESK_PAGE = answers(302, 404, 403, 404, 200, 200)
DESK_ACT = answers(302, 404, 403, 404, 302, 302)
API_SHARED = answers(403, 404, 200, 404, 200, 200)
API_OWN = answers(403, 404, 200, 404, 404, 404)
API_DESK = answers(403, 404, 403, 404, 200, 200)


def expected_statuses(table, status):
    return {who: status if answer in {200, 302} else answer for who, answer in table.items()}


@dataclass(frozen=True, slots=True)
class Case:
    """`{number}` and `{code}` in a path are those of the holder's certificate."""

    answers: dict[str, int]
    path: str
    method: str = "get"
    data: dict[str, object] = field(default_factory=dict)


REASON = {"reason": "Материал снят", "expected": "valid"}
API_REASON = {"reason": "Материал снят", "expected_status": "valid"}
ONE = "certificates/{number}/"
MATRIX = {
    "certificates/": Case(answers(302, 200, 200, 200, 200, 200), "certificates/"),
    "certificates/claim/": Case(ANYBODY, "certificates/claim/"),
    "certificates/claim/code/": Case(expected_statuses(ANYBODY, 302), "certificates/claim/code/"),
    "certificates/claim/<str:number>/": Case(
        expected_statuses(ANYBODY, 302), "certificates/claim/{number}/", "post"
    ),
    "certificates/<str:number>/": Case(OWN_PAGE, ONE),
    "certificates/<str:number>/document/": Case(
        answers(302, 404, 200, 404, 200, 200), f"{ONE}document/"
    ),
    "certificates/<str:number>/correction/": Case(OWN_ACT, f"{ONE}correction/", "post"),
    "certificates/<str:number>/email/": Case(OWN_ACT, f"{ONE}email/", "post"),
    "certificates/<str:number>/privacy/": Case(OWN_ACT, f"{ONE}privacy/", "post"),
    "registrar/certificates/": Case(
        answers(302, 403, 403, 403, 200, 200), "registrar/certificates/"
    ),
    "registrar/certificates/<str:number>/": Case(DESK_PAGE, f"registrar/{ONE}"),
    "registrar/certificates/<str:number>/revocation/": Case(
        DESK_ACT, f"registrar/{ONE}revocation/", "post", REASON
    ),
    "registrar/certificates/<str:number>/erasure/": Case(
        DESK_ACT, f"registrar/{ONE}erasure/", "post"
    ),
    "registrar/certificates/<str:number>/email/": Case(
        DESK_ACT, f"registrar/{ONE}email/", "post", {"email": "other@example.org"}
    ),
    "v/<str:code>/": Case(ANYBODY, "v/{code}/"),
    "v/<str:code>/document/": Case(ANYBODY, "v/{code}/document/"),
    "v/<str:code>/picture/": Case(ANYBODY, "v/{code}/picture/"),
    "v/<str:code>/archive/": Case(dict.fromkeys(WHO, 404), "v/{code}/archive/"),
    "verify/": Case(ANYBODY, "verify/"),
    "api/v1/certificates/": Case(answers(403, 200, 200, 200, 200, 200), "api/v1/certificates/"),
    "api/v1/certificates/<str:number>/": Case(API_SHARED, f"api/v1/{ONE}"),
    "api/v1/certificates/<str:number>/document/": Case(API_SHARED, f"api/v1/{ONE}document/"),
    "api/v1/certificates/<str:number>/archive/": Case(
        expected_statuses(API_SHARED, 404), f"api/v1/{ONE}archive/"
    ),
    "api/v1/certificates/<str:number>/revocation/": Case(
        API_DESK, f"api/v1/{ONE}revocation/", "post", API_REASON
    ),
    "api/v1/certificates/<str:number>/email/": Case(
        expected_statuses(API_SHARED, 202), f"api/v1/{ONE}email/", "post"
    ),
    "api/v1/certificates/<str:number>/email/ to another address": Case(
        expected_statuses(API_DESK, 202),
        f"api/v1/{ONE}email/",
        "post",
        {"email": "other@example.org"},
    ),
    "api/v1/certificates/<str:number>/correction/": Case(
        expected_statuses(API_OWN, 201), f"api/v1/{ONE}correction/", "post"
    ),
    "api/v1/certificates/<str:number>/privacy/": Case(
        API_OWN, f"api/v1/{ONE}privacy/", "put", {"name_is_public": True}
    ),
    "api/v1/certificates/<str:number>/erasure/": Case(API_DESK, f"api/v1/{ONE}erasure/", "post"),
    "api/v1/verify/": Case(ANYBODY, "api/v1/verify/", "post", {"number": "CB-2026-00001-X"}),
    "api/v1/verify/<str:code>/": Case(ANYBODY, "api/v1/verify/{code}/"),
}


NAMES = {"reader": "Анна", "editor": "Нина", "registrar": "Олег", "administrator": "Павла"}


@pytest.fixture
def client_of(site, applicant):
    def enter(who):
        client = Client()
        if who == "holder":
            client.force_login(applicant)
        elif who != "stranger":
            email, name = f"{who}@example.org", NAMES[who]
            user = register_person(email=email, password="pw", display_name=name)
            if who != "reader":
                grant_role(user=user, site=site, name=Role.Name(who), actor=None)
            client.force_login(user)
        return client

    return enter


@pytest.fixture
def held(programme, answers, applicant):
    """A certificate sealed and mailed an hour ago."""
    application = Application.objects.create(
        programme=programme,
        form=programme.forms.get(version=1),
        applicant=applicant,
        status=ApplicationStatus.APPROVED,
        answers=answers,
        confirmed_at=timezone.now(),
        decided_at=timezone.now(),
    )
    certificate = actions.issue_certificate(application_id=application.pk)
    tasks.render_document(certificate.pk)
    hour_ago = timezone.now() - timezone.timedelta(hours=1)
    Certificate.objects.update(mailed_at=hour_ago)
    return certificate


def test_the_matrix_lists_every_url():
    covered = {route.partition(" ")[0] for route in MATRIX}
    assert set().union(*map(routes_of, MODULES)) | REGISTER_ROUTES == covered


@pytest.mark.parametrize("who", WHO)
def test_each_person_gets_the_answer_of_the_matrix(client_of, held, who):
    client, statuses = client_of(who), {}
    for route, case in MATRIX.items():
        path = "/" + case.path.format(number=held.number, code=held.printed_code)
        sent = {"content_type": "application/json"} if "api/" in path else {}
        request = getattr(same_visitor(client), case.method)
        with undone():
            answer = request(path, case.data, **({} if case.method == "get" else sent))
        statuses[route] = answer.status_code
        if who == "stranger" and case.answers["reader"] != case.answers[who] == 302:
            assert answer["Location"].startswith("/accounts/login/?next="), route
    assert statuses == {route: case.answers[who] for route, case in MATRIX.items()}

"""Every address of accounts × every role."""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from accounts.actions import Subject, grant_role, impose_sanction, register_person
from accounts.models import ConsentText, Role, Sanction
from tests.support.people import PASSWORD
from tests.support.roles import ROLES, routes_of
from tests.support.undoing import same_visitor, undone

OPEN = dict.fromkeys(ROLES, 200)
OWN = dict.fromkeys(ROLES, 200) | {"stranger": 302}
SENT = dict.fromkeys(ROLES, 302)
EDITORS = {"stranger": 401, "reader": 403, "editor": 200, "registrar": 403, "administrator": 200}
ADMINISTRATORS = dict.fromkeys(ROLES, 403) | {"stranger": 302, "administrator": 200}


@dataclass(frozen=True, slots=True)
class Case:
    """How one address answers each role; `{…}` in the path are the objects of `things`."""

    answers: dict[str, int]
    path: str = ""
    method: str = "get"
    data: dict[str, object] = field(default_factory=dict)


def made(answers):
    return {role: 201 if status == 200 else status for role, status in answers.items()}


MATRIX = {
    "accounts/signup/": Case(OPEN | dict.fromkeys(ROLES[1:], 302)),
    "accounts/3rdparty/signup/": Case(SENT),
    "accounts/confirm-email/": Case(SENT),
    "accounts/login/code/confirm/": Case(SENT),
    "accounts/address-hint/": Case(OPEN),
    "accounts/password/reset/": Case(OPEN),
    # A link without its token, or with another's: tests/accounts/web/test_email_undo.py.
    "accounts/email/undo/": Case(dict.fromkeys(ROLES, 409)),
    "accounts/reauthenticate/again/": Case(SENT),
    "accounts/password/set/": Case(SENT),
    # The same: tests/accounts/web/test_guesses.py.
    "accounts/password/link/": Case(dict.fromkeys(ROLES, 409)),
    "accounts/profile/": Case(OWN),
    "accounts/history/": Case(OWN),
    "accounts/sessions/<int:session_id>/end/": Case(
        dict.fromkeys(ROLES, 404) | {"stranger": 302}, "accounts/sessions/1/end/", "post"
    ),
    "accounts/data/": Case(OWN),
    "accounts/data/export/": Case(SENT, method="post"),
    "accounts/data/export/<int:export_id>/": Case(
        dict.fromkeys(ROLES, 404) | {"stranger": 302}, "accounts/data/export/0/"
    ),
    "accounts/data/erasure/": Case(SENT, method="post", data={"comments": "keep"}),
    "accounts/data/erasure/withdrawal/": Case(SENT, method="post"),
    "accounts/sign-on/": Case(dict.fromkeys(ROLES, 400)),
    "accounts/sign-on/new/": Case(SENT),
    "accounts/sign-on/tie/": Case(SENT),
    "accounts/staff/": Case(ADMINISTRATORS),
    "accounts/staff/<int:role_id>/end/": Case(
        ADMINISTRATORS | {"administrator": 302}, "accounts/staff/{role}/end/", "post"
    ),
    "accounts/sessions/": Case(OWN),
    "accounts/other-sites/": Case(OWN),
    "accounts/consents/": Case(OWN),
    "accounts/consents/new/": Case(SENT),
    "accounts/consents/<int:text_id>/": Case(
        dict.fromkeys(ROLES, 404), "accounts/consents/{draft}/"
    ),
    # The screens of the administration tell everybody else to sign in; see test_consents.py.
    "admin/accounts/consenttext/install-defaults/": Case(SENT),
    "admin/accounts/user/<path:object_id>/second-factor/": Case(SENT),
    "_allauth/openapi.json": Case(dict.fromkeys(ROLES, 200)),
    "_allauth/openapi.yaml": Case(dict.fromkeys(ROLES, 200)),
    **{
        f"_allauth/{client}/v1/{end}": Case(dict.fromkeys(ROLES, 404), method="post")
        for client in ("browser", "app")
        for end in (
            *("account/phone", "auth/phone/verify", "auth/phone/verify/resend"),
            "auth/provider/token",
        )
    },
    **{
        f"_allauth/{client}/v1/{end}": Case(dict.fromkeys(ROLES, status), method="post")
        for client in ("browser", "app")
        for end, status in {
            "auth/login": 400,
            "auth/code/request": 400,
            "auth/password/request": 400,
            # Nothing was asked for that a code could answer.
            "auth/code/confirm": 409,
            "auth/password/reset": 409,
            "auth/email/verify": 409,
            # No sign-in waits for a second step.
            "auth/2fa/authenticate": 401,
        }.items()
    },
    **{
        f"_allauth/browser/v1/{end}": Case(
            dict.fromkeys(ROLES, 400) | {"stranger": 401}, method="post"
        )
        for end in ("auth/2fa/reauthenticate", "account/password/change")
    },
    **{
        f"_allauth/app/v1/{end}": Case(dict.fromkeys(ROLES, 401), method="post")
        for end in ("auth/2fa/reauthenticate", "account/password/change")
    },
    "_allauth/browser/v1/auth/sessions": Case(dict.fromkeys(ROLES, 200) | {"stranger": 401}),
    "_allauth/app/v1/auth/sessions": Case(dict.fromkeys(ROLES, 401)),
    "_allauth/browser/v1/account/email": Case(
        dict.fromkeys(ROLES, 400) | {"stranger": 409}, method="post"
    ),
    # An app names its session in a header, which these browsers do not send.
    "_allauth/app/v1/account/email": Case(dict.fromkeys(ROLES, 409), method="post"),
    "_allauth/browser/v1/auth/signup": Case(dict.fromkeys(ROLES, 400), method="post"),
    "_allauth/app/v1/auth/signup": Case(dict.fromkeys(ROLES, 400), method="post"),
    "_allauth/browser/v1/auth/provider/signup": Case(dict.fromkeys(ROLES, 409), method="post"),
    "_allauth/app/v1/auth/provider/signup": Case(dict.fromkeys(ROLES, 409), method="post"),
    "api/v1/access/": Case(dict.fromkeys(ROLES, 204) | {"stranger": 401}),
    "api/v1/moderation/sanctions/<int:sanction_id>/lifting/": Case(
        EDITORS, "api/v1/moderation/sanctions/{sanction}/lifting/", "post"
    ),
}


@pytest.fixture
def clients(site):
    """One signed-in browser for each role."""
    names = {"reader": "Анна", "editor": "Нина", "registrar": "Олег", "administrator": "Павла"}
    found = {"stranger": Client()}
    for role in ROLES[1:]:
        user = register_person(
            email=f"{role}@example.org", password=PASSWORD, display_name=names[role]
        )
        if role != "reader":
            grant_role(user=user, site=site, name=Role.Name(role), actor=None)
        found[role] = Client()
        found[role].force_login(user)
        found[role].user = user
    return found


@pytest.fixture
def things(clients, site):
    person = register_person(email="p@example.org", password=PASSWORD, display_name="Пётр")
    role = grant_role(user=person, site=site, name=Role.Name.REGISTRAR, actor=None)
    draft = ConsentText.objects.create(site=site, purpose="terms", version=1, body_ru="Черновик")
    sanction = impose_sanction(
        site=site,
        kind=Sanction.Kind.BAN,
        subject=Subject.domain("other.example"),
        rule_label="",
        actor=clients["editor"].user,
    )
    role.user = register_person(email="q@example.org", password=PASSWORD, display_name="Фёкла")
    return {
        "person": role.user.pk,
        "role": role.pk,
        "draft": draft.pk,
        "sanction": sanction.pk,
    }


def test_every_url_is_in_the_matrix():
    assert routes_of("accounts") == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_matrix_says(clients, things, role):
    statuses = {}
    for route, case in MATRIX.items():
        path = "/" + (case.path or route).format(**things)
        as_json = (
            {"content_type": "application/json"} if "api/" in path or "_allauth" in path else {}
        )
        request = getattr(same_visitor(clients[role]), case.method)
        with undone():
            answer = request(path, case.data, **(as_json if case.method == "post" else {}))
        statuses[route] = answer.status_code
        if role == "stranger" and case.answers["reader"] != case.answers[role] == 302:
            assert answer["Location"].startswith("/accounts/login/?next="), route
    assert statuses == {route: case.answers[role] for route, case in MATRIX.items()}

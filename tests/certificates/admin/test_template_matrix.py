"""Every address of the editor of templates × every role, and an administrator of elsewhere."""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from accounts.actions import grant_role, register_person
from accounts.models import Role
from certificates.document_templates import actions
from core.models import Site
from tests.support.people import new_person
from tests.support.roles import ROLES, routes_of
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

MODULES = (
    "certificates.admin.editor",
    "certificates.admin.template_pages",
    "certificates.admin.render_checks",
    "certificates.web.templates",
)
NAMES = {"reader": "Анна", "editor": "Нина", "registrar": "Олег", "administrator": "Павла"}
ONE = "admin/certificates/template/<int:template_id>/"
VERSION = f"{ONE}versions/<int:number>/"


@dataclass(frozen=True, slots=True)
class Case:
    method: str = "get"
    data: dict[str, object] = field(default_factory=dict)
    answer: int = 200


MATRIX = {
    "admin/certificates/template/add/": Case(),
    f"{ONE}change/": Case(),
    f"{ONE}versions/": Case("post", {"from": 2}, 302),
    VERSION: Case(),
    f"{VERSION}preview/": Case("post"),
    f"{VERSION}images/<str:role>/": Case("post", {}, 302),
    f"{VERSION}images/<str:role>/removal/": Case("post", {}, 302),
    f"{VERSION}render-check/": Case(),
    f"{VERSION}render-check/<int:position>.png": Case(answer=404),
    f"{VERSION}activation/": Case("post", {}, 302),
    f"{VERSION}discarding/": Case("post", {}, 302),
}


# For registrars to look at: what each is answered.
PAGES = {
    "registrar/templates/": (302, 403, 403, 200, 200),
    "registrar/templates/<int:template_id>/<str:language>.png": (302, 403, 403, 200, 200),
}


@pytest.fixture
def client_of(site):
    def enter(who, of=site):
        client = Client()
        if who != "stranger":
            user = register_person(
                email=f"{who}@example.org", password="pw", display_name=NAMES[who]
            )
            if who != "reader":
                grant_role(user=user, site=of, name=Role.Name(who), actor=None)
                user.is_staff = True
                user.save(update_fields=["is_staff"])
            client.force_login(user)
        return client

    return enter


@pytest.fixture
def draft(programme, site):
    administrator = new_person(
        "drafts@example.org", "Управляющая", role=Role.Name.ADMINISTRATOR, site=site
    )
    return actions.create_draft_from(version=programme.template.active, actor=administrator)


def request_page(client, route, draft, host="testserver"):
    path = route.replace("<int:template_id>", str(draft.template_id))
    path = path.replace("<int:number>", "2").replace("<str:role>", "logo")
    case = MATRIX[route]
    request = getattr(client, case.method)
    return request("/" + path.replace("<int:position>", "0"), case.data, headers={"host": host})


def test_the_matrix_lists_every_url():
    assert set().union(*map(routes_of, MODULES)) == {*MATRIX, *PAGES}


@pytest.mark.parametrize(("who", "place"), [(who, place) for place, who in enumerate(ROLES)])
def test_registrars_can_view_templates(client_of, draft, who, place):
    client = client_of(who)
    for route, answers in PAGES.items():
        path = route.replace("<int:template_id>", str(draft.template_id))
        answer = client.get("/" + path.replace("<str:language>", "ru"))
        assert answer.status_code == answers[place]
        if answer.status_code == 200:
            content = answer.content
            assert content.startswith(b"\x89PNG") or "версия 1" in content.decode().lower()


def test_registrars_of_another_site_see_only_its_templates(client_of, draft, settings):
    settings.ALLOWED_HOSTS = ["*"]
    other = Site.objects.create(slug="other", name_ru="Иное", origins=["http://other.example"])
    client = client_of("registrar", of=other)
    page = client.get("/registrar/templates/", headers={"host": "other.example"})
    assert draft.template.name not in page.content.decode()
    address = f"/registrar/templates/{draft.template_id}/ru.png"
    assert client.get(address, headers={"host": "other.example"}).status_code == 404


def test_administrators_are_told_what_the_seals_lack(client_of, draft, settings):
    url = "/registrar/templates/"
    administrator = client_of("administrator")
    page = administrator.get(url).content.decode()
    for lack in ("Ключ не настроен", "Служба отметок времени не настроена", "копии не создаются"):
        assert lack in page
    settings.CERTIFICATES_PKCS12 = "/keys/seal.p12"
    settings.CERTIFICATES_TIMESTAMP_URL = "https://tsa.example"
    settings.CERTIFICATES_TRUST_ROOTS = "/keys/roots.pem"
    page = administrator.get(url).content.decode()
    for lack in ("Ключ не настроен", "Служба отметок времени не настроена", "копии не создаются"):
        assert lack not in page
    assert "CERTIFICATES_" not in client_of("registrar").get(url).content.decode()


@pytest.mark.parametrize("who", ROLES)
def test_only_administrators_edit_templates(client_of, draft, who):
    client = client_of(who)
    for route, case in MATRIX.items():
        with undone():
            answer = request_page(same_visitor(client), route, draft)
            if who == "administrator":
                assert answer.status_code == case.answer, route
            else:
                login = "/admin/login/?next=/admin/certificates/template/"
                assert answer["Location"].startswith(login), route
                assert draft.template.versions.count() == 2, route


def test_administrator_of_another_site_gets_not_found(client_of, draft, settings):
    settings.ALLOWED_HOSTS = ["*"]
    other = Site.objects.create(slug="other", name_ru="Иное", origins=["http://other.example"])
    client = client_of("administrator", of=other)
    for route in MATRIX:
        if "add" in route:
            continue
        with undone():
            there = request_page(same_visitor(client), route, draft, host="other.example")
            assert there.status_code == 404, route
            assert request_page(same_visitor(client), route, draft).status_code == 302, route
            assert draft.template.versions.count() == 2, route

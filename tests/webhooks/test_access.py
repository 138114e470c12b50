"""Every address of the webhooks × every role."""

import pytest
from django.test import Client

from accounts.actions import grant_role, register_person
from accounts.models import Role
from core.models import Site
from tests.support.roles import ROLES, routes_of
from tests.support.undoing import same_visitor, undone
from webhooks.actions import add_endpoint, send_test
from webhooks.models import Delivery, Endpoint, Message

pytestmark = pytest.mark.django_db

CHANGE = {"url": "https://example.org/hook", "topics": ["comment.published"], "label": "x"}
SINCE = {"since": "2026-01-01T00:00"}
ONE = "api/v1/webhooks/endpoints/{endpoint}/"
# route: method, path, what is sent, what the administrator is answered.
MATRIX = {
    "webhooks/": [("get", "webhooks/", None, 200), ("post", "webhooks/", CHANGE, 302)],
    "webhooks/<int:endpoint_id>/": [("get", "webhooks/{endpoint}/", None, 200)],
    "webhooks/<int:endpoint_id>/change/": [
        ("get", "webhooks/{endpoint}/change/", None, 200),
        ("post", "webhooks/{endpoint}/change/", CHANGE, 302),
    ],
    "webhooks/<int:endpoint_id>/secret/": [("post", "webhooks/{endpoint}/secret/", None, 302)],
    "webhooks/<int:endpoint_id>/pause/": [("post", "webhooks/{endpoint}/pause/", None, 302)],
    "webhooks/<int:endpoint_id>/resume/": [("post", "webhooks/{endpoint}/resume/", None, 302)],
    "webhooks/<int:endpoint_id>/remove/": [("post", "webhooks/{endpoint}/remove/", None, 302)],
    "webhooks/<int:endpoint_id>/test/": [("post", "webhooks/{endpoint}/test/", None, 302)],
    "webhooks/<int:endpoint_id>/replay/": [("post", "webhooks/{endpoint}/replay/", SINCE, 302)],
    "webhooks/deliveries/<int:delivery_id>/": [
        ("get", "webhooks/deliveries/{delivery}/", None, 200)
    ],
    "webhooks/deliveries/<int:delivery_id>/replay/": [
        ("post", "webhooks/deliveries/{delivery}/replay/", None, 302)
    ],
    "api/v1/webhooks/topics/": [("get", "api/v1/webhooks/topics/", None, 200)],
    "api/v1/webhooks/endpoints/": [
        ("get", "api/v1/webhooks/endpoints/", None, 200),
        ("post", "api/v1/webhooks/endpoints/", CHANGE, 201),
    ],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/": [
        ("get", ONE, None, 200),
        ("put", ONE, CHANGE, 200),
        ("delete", ONE, None, 204),
    ],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/status/": [
        ("put", f"{ONE}status/", {"status": "paused"}, 200)
    ],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/secret/": [("post", f"{ONE}secret/", None, 200)],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/test/": [("post", f"{ONE}test/", None, 202)],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/replay/": [("post", f"{ONE}replay/", SINCE, 202)],
    "api/v1/webhooks/endpoints/<int:endpoint_id>/deliveries/": [
        ("get", f"{ONE}deliveries/", None, 200)
    ],
    "api/v1/webhooks/deliveries/<int:delivery_id>/": [
        ("get", "api/v1/webhooks/deliveries/{delivery}/", None, 200)
    ],
    "api/v1/webhooks/deliveries/<int:delivery_id>/replay/": [
        ("post", "api/v1/webhooks/deliveries/{delivery}/replay/", None, 202)
    ],
}
ROWS = [row for rows in MATRIX.values() for row in rows]
FOREIGN = "administrator of another publication"


def person(role, name):
    return register_person(email=f"{role}@example.org", password="p" * 12, display_name=name)


@pytest.fixture
def clients(site):
    neighbour = Site.objects.create(
        slug="sosedi", name_ru="С", legal_name_ru="С", editor_in_chief_ru="С"
    )
    names = dict(zip(ROLES[1:], ("Анна", "Нина", "Олег", "Павла"), strict=True))
    people = {role: person(role, name) for role, name in names.items()}
    for role in ROLES[2:]:
        grant_role(user=people[role], site=site, name=Role.Name(role), actor=None)
    people[FOREIGN] = person("foreign", "Фёкла")
    grant_role(user=people[FOREIGN], site=neighbour, name=Role.Name.ADMINISTRATOR, actor=None)
    found = {"stranger": Client()}
    for role, user in people.items():
        found[role] = Client()
        found[role].force_login(user)
        found[role].user = user
    return found


@pytest.fixture
def things(clients, site):
    actor = clients["administrator"].user
    endpoint = add_endpoint(
        site=site, url="https://example.org/", topics=["comment.edited"], label="", actor=actor
    )
    delivery = send_test(endpoint=endpoint, actor=actor)
    return {"endpoint": endpoint.pk, "delivery": delivery.pk}


def state_of_things():
    return (
        list(Endpoint.objects.order_by("id").values("id", "url", "status", "secret")),
        list(Delivery.objects.order_by("id").values("id", "next_at")),
        Message.objects.count(),
    )


def test_every_url_is_in_the_matrix():
    assert routes_of("webhooks") == set(MATRIX)


@pytest.mark.parametrize("role", [*ROLES, FOREIGN])
def test_only_administrators_may(clients, things, role):
    before = state_of_things()
    for method, path, sent, done in ROWS:
        url = "/" + path.format(**things)
        as_json = {"content_type": "application/json"} if "api/" in url and method != "get" else {}
        with undone():
            answer = getattr(same_visitor(clients[role]), method)(url, sent or {}, **as_json)
            if role == "administrator":
                assert answer.status_code == done, answer.content
                continue
            refused = 403 if role != "stranger" else 401 if "api/" in url else 302
            assert answer.status_code == refused, (method, url)
            assert state_of_things() == before, (method, url)


def test_an_endpoint_of_another_publication_is_not_there(clients, things):
    neighbour = Site.objects.get(slug="sosedi")
    Endpoint.objects.update(site=neighbour)
    administrator = clients["administrator"]
    assert administrator.get(f"/webhooks/{things['endpoint']}/").status_code == 404
    assert administrator.get(f"/webhooks/deliveries/{things['delivery']}/").status_code == 404
    assert administrator.get("/api/v1/webhooks/endpoints/").json() == []

"""Each endpoint of the API refuses or serves a reader by the kind of sanction."""

from http import HTTPStatus

import pytest
from rest_framework.test import APIClient

from accounts.actions import Subject, lift_sanction
from accounts.models import Sanction
from accounts.permissions import FORBIDDEN, Permission
from comments.actions import react
from comments.models import Comment, Reaction
from comments.states import ReactionKind
from tests.support.cases import check_each
from tests.support.sanctions import impose_for_a_day

pytestmark = pytest.mark.django_db

THREAD = "/api/v1/sites/vesti/threads/article-1/"
# The name of an act, the permission that it needs (None: always allowed), and its request.
ACTS = [
    ("post", Permission.COMMENT, "post", THREAD + "comments/", {"text": "Пустите меня сюда"}),
    ("edit", Permission.COMMENT, "patch", "/api/v1/comments/{own}/", {"text": "Иначе"}),
    ("react", Permission.COMMENT, "put", "/api/v1/comments/{other}/reaction/", {"kind": "down"}),
    ("suggest people", Permission.COMMENT, "get", THREAD + "people/?q=Бор", None),
    (
        "preview",
        Permission.COMMENT,
        "post",
        "/api/v1/sites/vesti/comments/preview/",
        {"text": "@Борис", "thread": "article-1"},
    ),
    ("report", Permission.REPORT, "post", "/api/v1/comments/{other}/reports/", {"rule": "spam"}),
    ("remove a reaction", None, "delete", "/api/v1/comments/{other}/reaction/", None),
    ("withdraw", None, "delete", "/api/v1/comments/{own}/", None),
    ("read", None, "get", "/api/v1/comments/{other}/", None),
]


@pytest.fixture
def api():
    def signed_in(person=None):
        client = APIClient()
        if person is not None:
            client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def impose(site, editor):
    def act(kind, subject):
        return impose_for_a_day(
            site=site, kind=kind, subject=subject, actor=editor, rule_label="П. 3"
        )

    return act


@pytest.fixture
def perform(say, reader, other_reader, api):
    own, other = say("Моё"), say("Чужое", by=other_reader)

    def act(method, address, body):
        url = address.format(own=own.pk, other=other.pk)
        arguments = [body] if body is not None else []
        return getattr(api(reader), method)(url, *arguments)

    return act


@pytest.mark.parametrize("kind", [None, *Sanction.Kind])
def test_sanction_forbids_exactly_its_acts(impose, perform, reader, rulebook, kind):
    if kind:
        impose(kind, Subject.person(reader))
    forbidden = FORBIDDEN[kind] if kind else frozenset()

    def check(case):
        _name, permission, method, address, body = case
        answer = perform(method, address, body)
        if permission in forbidden:
            assert answer.status_code == HTTPStatus.FORBIDDEN
            assert answer.json()["code"] == "under_sanction"
        else:
            assert answer.status_code < HTTPStatus.BAD_REQUEST, answer.content

    check_each(ACTS, check, name=lambda case: case[0])


def test_refused_reaction_counts_nothing(impose, perform, reader):
    impose(Sanction.Kind.BAN, Subject.person(reader))
    perform("put", "/api/v1/comments/{other}/reaction/", {"kind": "down"})
    assert not Reaction.objects.exists()


def test_sanction_on_a_network_reaches_every_act(impose, perform, rulebook):
    impose(Sanction.Kind.BAN, Subject.network("127.0.0.0/24"))

    def check(case):
        answer = perform(*case[2:])
        assert (answer.status_code == HTTPStatus.FORBIDDEN) is (case[1] is not None)

    check_each(ACTS, check, name=lambda case: case[0])


def test_viewer_offers_what_the_actions_allow(impose, say, reader, api):
    own = say("Моё")
    address = THREAD + "viewer/"
    allowed = api(reader).get(address).json()
    assert (allowed["can_post"], allowed["editable"]) == (True, [own.pk])
    sanction = impose(Sanction.Kind.MUTE, Subject.person(reader))
    refused = api(reader).get(address).json()
    assert (refused["can_post"], refused["editable"]) == (False, [])
    assert refused["sanction"]
    lift_sanction(sanction=sanction, actor=sanction.imposed_by)
    assert api(reader).get(address).json()["can_post"] is True


@pytest.mark.parametrize("kind", [None, *Sanction.Kind])
def test_reports_are_offered_unless_a_sanction_forbids_them(
    impose, say, other_reader, browser, kind
):
    other, reader = say("Чужое"), other_reader
    if kind:
        impose(kind, Subject.person(reader))
    is_allowed = not kind or Permission.REPORT not in FORBIDDEN[kind]
    assert browser(reader).get(THREAD + "viewer/").json()["can_report"] is is_allowed
    report = f"/threads/comments/{other.pk}/report/"
    page = "/threads/?site=vesti&key=article-1"
    assert (report in browser(reader).get(page).content.decode()) is is_allowed
    # They are asked to sign in.
    assert report in browser().get(page).content.decode()


def test_page_without_scripts_offers_what_the_actions_allow(impose, say, reader, browser):
    own = say("Моё")
    page = "/threads/?site=vesti&key=article-1"
    edit = f"/threads/comments/{own.pk}/edit/"
    assert edit in browser(reader).get(page).content.decode()
    impose(Sanction.Kind.MUTE, Subject.person(reader))
    shown = browser(reader).get(page).content.decode()
    assert edit not in shown
    assert "По решению редакции" in shown


def test_nobody_rates_their_own_comment(say, reader, other_reader, api):
    own = say("Моё")
    address = f"/api/v1/comments/{own.pk}/reaction/"
    refused = api(reader).put(address, {"kind": "up"})
    assert (refused.status_code, refused.json()["code"]) == (HTTPStatus.FORBIDDEN, "own_comment")
    assert refused.json()["title"] == "Свой комментарий оценивать нельзя"
    assert Comment.objects.get(pk=own.pk).reaction_counts == {}
    assert react(comment=own, user=other_reader, kind=ReactionKind.UP)["up"] == 1

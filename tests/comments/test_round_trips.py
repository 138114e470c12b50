"""The exact number of statements, and of round trips to PostgreSQL, that each act takes.

Without a transaction of the test around them, so that BEGIN and COMMIT count as in production.
"""

import itertools

import pytest
from django.db import connection

from comments.models import Thread
from tests.support.asked import Cost, cost

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = ("лето", "осень", "зима", "весна", "утро", "вечер", "полдень", "полночь", "роса", "иней")
COMMENTS = "/api/v1/sites/vesti/threads/article-1/comments/"
# By now everything that a process keeps is there, and every statement is prepared.
WARM_UP = 3


@pytest.fixture
def published(say, rulebook, other_reader):
    return [
        say(f"{first} {second} и {second} {first}", by=other_reader)
        for first, second in itertools.pairwise(WORDS)
    ]


def measured(act):
    """Do the act for the numbers 0, 1, …; return what the last one took."""
    for number in range(WARM_UP):
        act(number)
    with cost() as counted:
        act(WARM_UP)
    return counted


def post(client, path, data, status, **headers):
    answer = client.post(path, data, content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content


def test_statement_is_one_round_trip_and_a_pipeline_is_one():
    with cost() as counted, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    assert counted == Cost(statements=2, round_trips=2)
    with cost() as counted, connection.connection.pipeline(), connection.cursor() as cursor:
        cursor.execute("SELECT %s", [3])
        cursor.execute("SELECT %s", [4])
    assert counted == Cost(statements=2, round_trips=1)


def test_post(browser, reader, published):
    client = browser(reader)

    def act(number):
        text = f"{WORDS[number]} приходит после {WORDS[number + 1]}, {WORDS[-number]}"
        post(client, COMMENTS, {"text": text}, 201, **{"Idempotency-Key": f"key-{number}"})

    assert measured(act) == Cost(statements=6, round_trips=6)


def test_page_that_is_kept(client, published):
    assert measured(lambda _number: client.get(COMMENTS)) == Cost(statements=1, round_trips=1)


def test_page_that_is_prepared(client, thread, published):
    def change(number):
        Thread.objects.filter(pk=thread.pk).update(version=1_000 + number)

    for number in range(WARM_UP):
        change(number)
        client.get(COMMENTS)
    change(WARM_UP)
    with cost() as counted:
        client.get(COMMENTS)
    assert counted == Cost(statements=4, round_trips=4)


def test_decision(browser, editor, published):
    client = browser(editor)

    def act(number):
        data = {"action": "remove", "rule": "insults", "expected_state": "published"}
        path = f"/api/v1/moderation/comments/{published[number].pk}/decisions/"
        post(client, path, data, 200)

    assert measured(act) == Cost(statements=19, round_trips=19)


def test_report(browser, reader, published):
    client = browser(reader)

    def act(number):
        path = f"/api/v1/comments/{published[number].pk}/reports/"
        post(client, path, {"rule": "spam"}, 201)

    assert measured(act) == Cost(statements=14, round_trips=14)


def test_reaction(browser, reader, published):
    client = browser(reader)

    def act(number):
        path = f"/api/v1/comments/{published[number].pk}/reaction/"
        answer = client.put(path, {"kind": "up"}, content_type="application/json")
        assert answer.status_code == 200, answer.content

    assert measured(act) == Cost(statements=17, round_trips=17)

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.models import Email, OutboxEvent
from core.paging import BadCursor, cursor_after, page


def walk(order, size):
    ids, cursor = [], ""
    while True:
        batch = page(OutboxEvent.objects.all(), order=order, cursor=cursor, size=size)
        ids += [event.pk for event in batch.items]
        if not (cursor := batch.next_cursor):
            return ids


class Paging(TestCase):
    @given(
        topics=st.lists(st.sampled_from("abc"), max_size=12),
        size=st.integers(1, 5),
        order=st.sampled_from([("topic", "id"), ("-topic", "-id"), ("-created_at", "-id")]),
    )
    def test_pages_give_every_row_once_and_in_order(self, topics, size, order):
        OutboxEvent.objects.bulk_create(OutboxEvent(topic=t, payload={}) for t in topics)
        expected = list(OutboxEvent.objects.order_by(*order).values_list("pk", flat=True))
        assert walk(order, size) == expected


ORDER = ("topic", "id")


@pytest.fixture
def cursor(db):
    return cursor_after(OutboxEvent(pk=7, topic="a"), ORDER)


def refused(cursor, order=ORDER):
    with pytest.raises(BadCursor), CaptureQueriesContext(connection) as statements:
        page(OutboxEvent.objects.all(), order=order, cursor=cursor, size=5)
    return not statements


def test_a_made_up_cursor_costs_no_statement(db):
    made_up = base64.urlsafe_b64encode(b'12345678["a",1]').decode().rstrip("=")
    assert refused(made_up)
    assert refused("A" * 100_000)


def test_a_changed_cursor_is_refused(cursor):
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1
        assert refused(base64.urlsafe_b64encode(changed).decode().rstrip("="))


@pytest.mark.parametrize("change", ["{}=", "{}!", "!{}", "{}\n", " {}"])
def test_a_cursor_has_one_spelling(cursor, change):
    assert refused(change.format(cursor))


def test_a_cursor_of_another_list_is_refused(cursor):
    assert refused(cursor, ("-topic", "-id"))
    of_events = cursor_after(OutboxEvent(pk=7), ["id"])
    with pytest.raises(BadCursor):
        page(Email.objects.all(), order=["id"], cursor=of_events, size=5)


def test_cursors_outlive_a_change_of_the_secret(cursor, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new"
    assert page(OutboxEvent.objects.all(), order=ORDER, cursor=cursor, size=5).items == []
    settings.SECRET_KEY_FALLBACKS = []
    assert refused(cursor)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["nonsense", "!!!", "W10", "WzEsMiwzXQ", "eyJhIjoxfQ", "И", "WyJhIiwiYiJd"]
)
def test_a_cursor_that_we_did_not_give_is_refused(cursor):
    with pytest.raises(BadCursor):
        page(OutboxEvent.objects.all(), order=("topic", "id"), cursor=cursor, size=5)

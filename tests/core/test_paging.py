import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.models import OutboxEvent
from core.paging import BadCursor, page


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


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["nonsense", "!!!", "W10", "WzEsMiwzXQ", "eyJhIjoxfQ", "И", "WyJhIiwiYiJd"]
)
def test_a_cursor_that_we_did_not_give_is_refused(cursor):
    with pytest.raises(BadCursor):
        page(OutboxEvent.objects.all(), order=("topic", "id"), cursor=cursor, size=5)

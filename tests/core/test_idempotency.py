import threading

import pytest
from django.db import connection, transaction

from core import idempotency
from core.models import IdempotencyKey


@pytest.mark.django_db
def test_the_second_request_learns_what_the_first_made():
    first = idempotency.claim(user_id=1, key="k", request={"text": "да"})
    first.settle(42)
    assert first.object_id is None
    assert idempotency.claim(user_id=1, key="k", request={"text": "да"}).object_id == 42


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused():
    idempotency.claim(user_id=1, key="k", request={"text": "да"}).settle(42)
    with pytest.raises(idempotency.KeyReused):
        idempotency.claim(user_id=1, key="k", request={"text": "нет"})


@pytest.mark.django_db
def test_people_do_not_share_keys():
    idempotency.claim(user_id=1, key="k", request={}).settle(42)
    assert idempotency.claim(user_id=2, key="k", request={}).object_id is None


LONG = [
    *("a" * length for length in (99, 100, 101, 200, 1_000, 8_000)),
    "ключ " * 40,
    "\N{GRINNING FACE}" * 100,
    " " * 150,
    "0" * 64,
]


@pytest.mark.django_db
@pytest.mark.parametrize("begins", LONG, ids=range(len(LONG)))
def test_long_keys_with_one_beginning_are_two(begins):
    """None is cut off: a column has room for a hundred characters."""
    keys = [f"{begins}1", f"{begins}2", begins]
    for number, key in enumerate(keys):
        claim = idempotency.claim(user_id=1, key=key, request={})
        assert claim.object_id is None
        claim.settle(number)
    for number, key in enumerate(keys):
        assert idempotency.claim(user_id=1, key=key, request={}).object_id == number


@pytest.mark.django_db
def test_without_a_key_nothing_is_remembered():
    idempotency.claim(user_id=1, key="", request={}).settle(42)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_concurrent_request_waits_for_the_first():
    learnt = []
    started = threading.Event()

    def second():
        started.set()
        with transaction.atomic():
            learnt.append(idempotency.claim(user_id=1, key="k", request={}).object_id)
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        claim = idempotency.claim(user_id=1, key="k", request={})
        thread.start()
        started.wait(10)
        claim.settle(42)
    thread.join()
    assert learnt == [42]

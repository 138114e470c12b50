"""Messages of changes between processes. Two channels of one name are those of two processes."""

import uuid

import pytest
import redis
from django.conf import settings
from django.db import transaction

from core.changes import Channel
from tests.support.waiting import wait_for


class Process:
    def __init__(self, name):
        self.heard = []
        self.channel = Channel(name)
        self.channel.listen(self.heard.append)
        self.channel.follow()
        wait_for(lambda: self.heard)


@pytest.fixture
def processes():
    name = uuid.uuid4().hex
    processes = [Process(name), Process(name)]
    # To connect counts as a gap.
    assert [process.heard for process in processes] == [[None], [None]]
    for process in processes:
        process.heard.clear()
    return processes


def cut(process):
    server = redis.Redis.from_url(settings.REDIS_URL)
    for client in server.client_list(_type="pubsub"):
        if client["name"] == process.channel._name:
            server.client_kill_filter(_id=client["id"])


@pytest.mark.django_db(transaction=True)
def test_a_change_is_told_once_to_each_process_and_after_the_commit(processes):
    one, other = processes
    with transaction.atomic():
        one.channel.announce(5)
        assert one.heard == []
    assert one.heard == [5]
    wait_for(lambda: other.heard == [5])
    other.channel.announce(6)
    wait_for(lambda: one.heard == [5, 6])
    assert other.heard == [5, 6]


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_not_told(processes):
    one, other = processes
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        one.channel.announce(5)
        1 / 0  # noqa: B018
    one.channel.announce(6)
    wait_for(lambda: other.heard)
    assert (one.heard, other.heard) == ([6], [6])


@pytest.mark.django_db(transaction=True)
def test_a_process_that_was_cut_off_learns_that_it_may_have_missed_something(processes):
    one, other = processes
    cut(other)
    wait_for(lambda: None in other.heard)
    other.heard.clear()
    one.channel.announce(7)
    wait_for(lambda: other.heard == [7])


@pytest.mark.django_db(transaction=True)
def test_without_valkey_the_own_process_is_told_all_the_same(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    channel, heard = Channel("alone"), []
    channel.listen(heard.append)
    channel.announce(8)
    assert heard == [8]


@pytest.mark.parametrize("data", ["", "x y", "-1 a", "5"])
def test_messages_of_others_do_no_harm(data):
    channel, heard = Channel("alone"), []
    channel.listen(heard.append)
    channel._own = "own"
    channel._hear(data)
    assert heard in ([], [5])

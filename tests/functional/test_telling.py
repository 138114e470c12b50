"""Webhooks and notices through the real processes, and through their deaths."""

import threading

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import User
from comments.actions import post_comment
from comments.models import CommentSettings, Notice
from comments.permissions import find_thread
from core.models import Site
from demo import letters
from demo.articles import ARTICLES
from demo.people import ADMINISTRATOR
from tests.webhooks.receiver import running_receiver
from webhooks.actions import add_endpoint, remove_endpoint
from webhooks.models import Delivery

from .conftest import blocked, wait_for
from .people import new_reader


@pytest.fixture
def thread(stack):
    CommentSettings.objects.filter(site__slug="vesti").update(rates=[])
    return find_thread("vesti", ARTICLES[0].key)


@pytest.fixture
def receiver(stack):
    with running_receiver() as found:
        endpoint = add_endpoint(
            site=Site.objects.get(slug="vesti"),
            url=found.url,
            topics=["comment.published"],
            label="",
            actor=User.objects.get(email=ADMINISTRATOR.email),
        )
        found.secret = endpoint.secret
        yield found
        remove_endpoint(endpoint=endpoint, actor=endpoint.site.roles.first().user)


def is_delivered(comment):
    found = Delivery.objects.filter(message__body__contains=f'"comment":{{"id":{comment.pk},')
    return found.filter(state="delivered").exists()


def taken_of(comment, receiver):
    """The ids of the messages about a comment, each verified; the demo's own come as well."""
    messages = [
        (headers["webhook-id"], Webhook(receiver.secret).verify(body, headers))
        for headers, body in list(receiver.taken)
    ]
    return [uid for uid, said in messages if said["data"]["comment"]["id"] == comment.pk]


def test_a_comment_reaches_the_receiver_by_itself(thread, receiver):
    author = new_reader("lida@example.org", "Лидия")
    comment = post_comment(author=author, thread=thread, text="Здравствуйте")
    wait_for(lambda: is_delivered(comment))
    assert len(taken_of(comment, receiver)) == 1


def test_a_worker_killed_in_the_midst_of_a_delivery_loses_nothing(stack, thread, receiver):
    receiver.hang = threading.Event()
    author = new_reader("mira@example.org", "Мира")
    comment = post_comment(author=author, thread=thread, text="Не потеряйте")
    wait_for(lambda: taken_of(comment, receiver))
    stack.kill("worker")
    receiver.hang.set()
    receiver.hang = None
    assert not is_delivered(comment)
    stack.start_missing()
    # The dead worker's claim lapses by itself in 100 seconds; a test does not wait for it.
    Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
    wait_for(lambda: is_delivered(comment))
    # At least once: the receiver knows the second by its id.
    assert len(set(taken_of(comment, receiver))) == 1


def test_an_answer_is_one_letter_whatever_dies(stack, thread):
    asked = new_reader("nonna@example.org", "Нонна")
    answering = new_reader("ostap@example.org", "Остап")
    parent = post_comment(author=asked, thread=thread, text="Кто знает?")
    stack.kill("worker")
    stack.kill("relay")
    answer = post_comment(author=answering, thread=thread, text="Я знаю", parent_id=parent.pk)
    stack.start_missing()
    wait_for(lambda: Notice.objects.filter(comment=answer).exclude(mailed_at=None).exists())
    (letter,) = letters.newest(address=asked.email)
    assert "Я знаю" in letter.text
    assert not blocked()

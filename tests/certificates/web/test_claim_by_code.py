"""Guesses of a code, sent one after another and at once."""

import pytest
from django.test import Client

from certificates.web import claim_by_code
from tests.support.parallel import in_parallel

CODE = "123456"
PAGE = "/certificates/claim/code/"


@pytest.fixture
def asked(site, monkeypatch):
    """A browser that asked for the code 123456."""
    monkeypatch.setattr(claim_by_code, "send_code", lambda **_address: CODE)
    client = Client()
    client.post("/certificates/claim/", {"email": "ivanova@yandex.ru"})
    return client


@pytest.mark.django_db(transaction=True)
def test_of_codes_sent_at_once_three_are_judged(asked):
    pages = []

    def guess(number):
        tab = Client()
        tab.cookies = asked.cookies
        pages.append(tab.post(PAGE, {"code": f"{number:06}"}).content.decode())

    in_parallel(guess, 12)
    assert sum("Код неверен" in page for page in pages) == 2
    assert sum("больше не действует" in page for page in pages) == 10
    assert asked.post(PAGE, {"code": CODE}).status_code == 422


@pytest.mark.django_db
def test_a_right_code_opens_the_list_and_may_be_sent_again(asked):
    for _ in range(2):
        answer = asked.post(PAGE, {"code": "123 456"}, follow=True)
        assert "ivanova@yandex.ru" in answer.content.decode()
    assert asked.head(PAGE).status_code == 200


@pytest.mark.django_db
def test_without_a_code_that_was_asked_for_nothing_is_judged(site):
    client = Client()
    assert client.post(PAGE, {"code": CODE})["Location"] == "/certificates/claim/"
    assert not client.cookies

"""Passwords are hashed one after another, and as before."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    check_password,
    get_hasher,
    make_password,
)

from accounts import hashers
from accounts.models import User
from core.errors import Busy
from core.places import Places
from tests.support.people import new_person, signed_in
from tests.support.waiting import wait_for

PASSWORD = "сорок тысяч обезьян"
# The parameters of Django, which hashes of former versions have.
FORMER = Argon2PasswordHasher().encode(PASSWORD, "c29tZXNhbHRzb21lc2FsdA")


@pytest.fixture(autouse=True)
def _hashers(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2InTurn"]


def test_passwords_are_hashed_by_argon2_in_one_thread():
    encoded = make_password(PASSWORD)
    assert encoded.startswith("argon2$argon2id$")
    assert ",p=1$" in encoded
    assert check_password(PASSWORD, encoded)
    assert not check_password("другой", encoded)


def test_former_hashes_hold_and_weaker_ones_are_renewed_at_the_next_sign_in():
    assert check_password(PASSWORD, FORMER)
    assert not check_password("другой", FORMER)
    # It would end all other sessions of its person.
    assert not get_hasher().must_update(FORMER)
    assert not get_hasher().must_update(make_password(PASSWORD))
    weaker = Argon2PasswordHasher()
    weaker.time_cost = 1
    assert get_hasher().must_update(weaker.encode(PASSWORD, "c29tZXNhbHRzb21lc2FsdA"))


@pytest.mark.django_db
def test_a_sign_in_with_a_former_hash_ends_no_other_session(site, client):
    person = new_person("anna@example.org", "Анна")
    User.objects.filter(pk=person.pk).update(password=FORMER)
    first = signed_in(User.objects.get(pk=person.pk))
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    for browser in (first, client):
        assert browser.get("/api/v1/access/").status_code == HTTPStatus.NO_CONTENT


@pytest.fixture
def slow(monkeypatch):
    """Hashing that waits for the test, and notes the priority and the number at once."""
    go_on, seen = threading.Event(), []
    running = []

    def encode(_hasher, _password, _salt):
        running.append(1)
        seen.append((len(running), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
        go_on.wait(30)
        running.pop()
        return "argon2$"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    return go_on, seen


def test_one_hash_at_a_time_in_low_priority(slow):
    go_on, seen = slow
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with ThreadPoolExecutor(4) as pool:
        hashed = [pool.submit(make_password, PASSWORD) for _ in range(4)]
        wait_for(lambda: seen)
        go_on.set()
        assert [one.result(30) for one in hashed] == ["argon2$"] * 4
    assert seen == [(1, min(19, before + hashers._NICENESS))] * 4


def test_who_would_wait_long_is_asked_to_come_back(slow, monkeypatch):
    go_on, seen = slow
    monkeypatch.setattr(hashers, "_places", Places(1))
    with ThreadPoolExecutor(1) as pool:
        hashed = pool.submit(make_password, PASSWORD)
        wait_for(lambda: seen)
        with pytest.raises(Busy):
            make_password(PASSWORD)
        go_on.set()
        hashed.result(30)

import re
from urllib.parse import urlencode

import pytest
from django.core import mail

from accounts.actions import register_person
from tests.support.people import PASSWORD, new_person, signed_in


@pytest.fixture
def reader(site):
    return register_person(email="anna@example.org", password=PASSWORD, display_name="Анна К.")


@pytest.fixture
def as_reader(reader):
    return signed_in(reader)


@pytest.fixture
def code_in_email(deliver):
    """The eight digits of the newest e-mail to an address."""

    def find(email):
        deliver()
        message = next(m for m in reversed(mail.outbox) if m.to == [email])
        return re.search(r"\b\d{8}\b", message.body)[0]

    return find


@pytest.fixture
def passwordless(site):
    """A person who comes by codes."""
    user = new_person("vera@example.org", "Вера")
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def by_code(passwordless, code_in_email):
    """Sign a browser in by a code, and return where that leads."""

    def act(browser, then="/"):
        url = f"/accounts/login/code/?{urlencode({'next': then})}"
        confirming = browser.post(url, {"email": passwordless.email})["Location"]
        return browser.post(confirming, {"code": code_in_email(passwordless.email)})

    return act

import re

import pytest
from django.core import mail

from accounts.actions import register_person
from tests.support.people import PASSWORD, signed_in


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

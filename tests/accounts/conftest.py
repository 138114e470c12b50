import re
import threading

import pytest
from django.core import mail
from django.db import close_old_connections, connection
from django.test import Client

from accounts.actions import register_person
from core.errors import DomainError

PASSWORD = "korotkij-utrennij-tuman"


def in_parallel(act, times):
    """Run `act(0…times-1)` at one moment in as many threads; the errors that they met."""
    barrier, errors = threading.Barrier(times), []

    def run(number):
        close_old_connections()
        try:
            barrier.wait()
            act(number)
        except DomainError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def reader(site):
    return register_person(email="anna@example.org", password=PASSWORD, display_name="Анна К.")


@pytest.fixture
def as_reader(reader):
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture
def code_in_letter(deliver):
    """The six digits of the newest letter to an address."""

    def find(email):
        deliver()
        letter = next(m for m in reversed(mail.outbox) if m.to == [email])
        return re.search(r"\b\d{6}\b", letter.body)[0]

    return find

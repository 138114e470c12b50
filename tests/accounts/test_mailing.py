"""Letters reach a real mail server, also one that was away for long."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import mailing
from accounts.actions import post_letter
from accounts.mailing import Fate, send_letter
from accounts.models import Letter
from accounts.tasks import mail_due_letters, mail_letter
from tests.support.parallel import in_parallel
from tests.support.smtp import running_smtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(site):
    def write(name="accounts/export_ready", to="anna@example.org", **facts):
        post_letter(to=to, name=name, site=site, language="ru", facts=facts)
        return Letter.objects.latest("id")

    return write


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 0

    def listening():
        """Run an SMTP server at the usual port; outside the block the port is closed."""
        return running_smtp(settings.EMAIL_PORT)

    with listening() as postbox:
        settings.EMAIL_PORT = postbox.port
    return listening


@pytest.fixture
def pass_on(monkeypatch):
    """Hand tasks to one another as a worker would."""
    monkeypatch.setattr("accounts.tasks.mail_letter.delay", mail_letter)


def later(span):
    """Move every waiting e-mail that much closer to its next try."""
    for letter in Letter.objects.all():
        letter.next_at -= span
        letter.useful_until -= span
        letter.save()


def ids_of(postbox):
    return [re.search(r"^Message-ID: (\S+)", text, re.MULTILINE)[1] for text in postbox.letters]


def test_a_letter_goes_to_the_server_and_its_row_goes(post, smtp):
    letter = post()
    with smtp() as postbox:
        assert send_letter(letter.pk) == Fate.SENT
    assert "To: anna@example.org" in postbox.letters[0]
    assert not Letter.objects.exists()


def test_after_three_days_without_a_server_everything_goes_once(post, smtp, pass_on, deliver):
    letters = [post(to=f"reader{number}@example.org") for number in range(3)]
    deliver()
    for _ in range(72):
        later(timedelta(hours=1))
        mail_due_letters()
    assert Letter.objects.count() == 3
    later(timedelta(hours=1))
    with smtp() as postbox:
        for _ in range(2):
            mail_due_letters()
    assert len(set(ids_of(postbox))) == len(postbox.letters) == len(letters)
    assert not Letter.objects.exists()


def test_while_no_server_answers_only_one_letter_tries(post, smtp, pass_on):
    for number in range(3):
        post(to=f"reader{number}@example.org")
    mail_due_letters()
    assert sorted(Letter.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_the_pauses_grow_to_an_hour(post, smtp):
    letter = post()
    for pause in (*mailing.PAUSES, mailing.PAUSES[-1]):
        before = timezone.now()
        assert send_letter(letter.pk) == Fate.UNREACHABLE
        letter.refresh_from_db()
        assert before + pause <= letter.next_at <= timezone.now() + pause
        assert send_letter(letter.pk) == Fate.NOT_DUE
        later(pause)


@pytest.mark.parametrize(("answer", "left"), [(b"550 no such user", 0), (b"451 later", 1)])
def test_an_address_that_there_is_not_is_tried_once(post, smtp, answer, left):
    letter = post()
    with smtp() as postbox:
        postbox.refusal = answer
        assert send_letter(letter.pk) == Fate.REFUSED
    assert Letter.objects.count() == left


def test_one_that_is_refused_holds_up_no_other(post, smtp, pass_on):
    for address in ("anna@example.org", "boris@example.org"):
        post(to=address)
    with smtp() as postbox:
        postbox.refusal = b"451 later"
        mail_due_letters()
    assert list(Letter.objects.values_list("tries", flat=True)) == [1, 1]
    later(timedelta(minutes=1))
    with smtp() as postbox:
        mail_due_letters()
    assert len(postbox.letters) == 2


def test_a_code_is_not_sent_when_it_is_dead(post, smtp):
    letter = post("account/email/login_code", code="123456")
    later(timedelta(minutes=16))
    with smtp() as postbox:
        assert send_letter(letter.pk) == Fate.NOT_DUE
        mail_due_letters()
    assert postbox.connections == 0
    assert not Letter.objects.exists()


def test_after_five_days_it_is_given_up(post, smtp):
    post()
    later(timedelta(days=5, minutes=1))
    mail_due_letters()
    assert not Letter.objects.exists()


def test_a_worker_lost_after_sending_makes_one_duplicate_known_by_its_id(post, smtp, monkeypatch):
    letter = post()
    with smtp() as postbox:
        with monkeypatch.context() as dying:
            dying.setattr(Letter, "delete", lambda _self: None)
            assert send_letter(letter.pk) == Fate.SENT
        assert send_letter(letter.pk) == Fate.NOT_DUE  # the claim still stands
        later(timedelta(seconds=101))
        for _ in range(2):
            send_letter(letter.pk)
    first, second = ids_of(postbox)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_workers_that_get_it_at_once_send_it_once(post):
    letter = post()
    in_parallel(lambda _number: send_letter(letter.pk), 5)
    assert len(mail.outbox) == 1

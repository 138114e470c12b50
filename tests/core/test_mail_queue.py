"""Every e-mail reaches a real mail server, even one that was down for days."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header
from email.policy import default
from email.utils import parseaddr

import pytest
from django.core import mail as django_mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from core import mail, outbox, retention
from core.mail import send
from core.mail.send import SendResult, send_email
from core.models import Email, OutboxEvent
from core.tasks import send_due_emails
from core.tasks import send_email as send_email_task
from tests.support.parallel import in_parallel
from tests.support.smtp import running_smtp

pytestmark = pytest.mark.django_db
CONTENT = mail.Content(subject="Тема", text="Текст\n", html="<p>Текст</p>")


@pytest.fixture
def post(site):
    def write(to="anna@example.org", content=CONTENT, **options):
        mail.enqueue(to=to, site=site, content=content, options=mail.Options(**options))
        return Email.objects.latest("id")

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
def eager_tasks(monkeypatch):
    """Run tasks that a task starts, as a worker would."""
    monkeypatch.setattr("core.tasks.send_email.delay", send_email_task)


@pytest.fixture
def lost_recording(monkeypatch):
    """A worker that is killed between sending and recording."""
    with monkeypatch.context() as dying:
        dying.setattr(send, "_record_patiently", lambda _email: None)
        yield dying


def pass_time(span):
    """Bring everything that waits nearer by `span`."""
    for email in Email.objects.unsent():
        email.next_at -= span
        email.expires_at -= span
        if email.claimed_until:
            email.claimed_until -= span
        email.save()


def ids_of(postbox):
    return [re.search(r"^Message-ID: (\S+)", text, re.MULTILINE)[1] for text in postbox.messages]


def events(topic):
    return [event.payload for event in OutboxEvent.objects.filter(topic=topic).order_by("id")]


def test_sent_email_leaves_a_row_without_content(post, smtp):
    email = post(key="complaint-1")
    with smtp() as postbox:
        assert send_email(email.pk) == SendResult.SENT
    assert "To: anna@example.org" in postbox.messages[0]
    assert not Email.objects.unsent().exists()
    email.refresh_from_db()
    assert (email.to, email.subject, email.text, email.html) == ("", "", "", "")


def test_after_three_days_without_a_server_everything_is_sent_once(
    post, smtp, eager_tasks, deliver
):
    emails = [post(to=f"reader{number}@example.org") for number in range(3)]
    deliver()
    for _ in range(72):
        pass_time(timedelta(hours=1))
        send_due_emails()
    assert Email.objects.unsent().count() == 3
    pass_time(timedelta(hours=1))
    with smtp() as postbox:
        for _ in range(2):
            send_due_emails()
    assert len(set(ids_of(postbox))) == len(postbox.messages) == len(emails)
    assert not Email.objects.unsent().exists()


def test_while_no_server_answers_only_one_email_is_tried(post, smtp, eager_tasks):
    for number in range(3):
        post(to=f"reader{number}@example.org")
    send_due_emails()
    assert sorted(Email.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_pauses_grow_to_an_hour(post, smtp):
    email = post()
    for pause in (*send.PAUSES, send.PAUSES[-1]):
        before = timezone.now()
        assert send_email(email.pk) == SendResult.UNREACHABLE
        email.refresh_from_db()
        assert before + pause <= email.next_at <= timezone.now() + pause
        assert send_email(email.pk) == SendResult.NOT_DUE
        pass_time(pause)


@pytest.mark.parametrize(("answer", "left"), [(b"550 no such user", 0), (b"451 later", 1)])
def test_final_refusal_ends_the_tries(post, smtp, answer, left):
    email = post()
    with smtp() as postbox:
        postbox.refusal = answer
        assert send_email(email.pk) == SendResult.REFUSED
    assert Email.objects.count() == left


def test_email_that_a_provider_cannot_carry_is_kept_and_tried_again(post, settings):
    settings.EMAIL_BACKEND = "anymail.backends.postal.EmailBackend"  # it supports no metadata
    settings.ANYMAIL = {"POSTAL_API_KEY": "key", "POSTAL_API_URL": "http://127.0.0.1:9"}
    email = post(metadata={"certificate": "1"})
    assert send_email(email.pk) is SendResult.REFUSED
    email.refresh_from_db()
    assert (email.tries, email.sent_at) == (1, None)
    assert email.next_at < timezone.now() + timedelta(seconds=10)


def test_refused_email_holds_up_no_other(post, smtp, eager_tasks):
    for address in ("anna@example.org", "boris@example.org"):
        post(to=address)
    with smtp() as postbox:
        postbox.refusal = b"451 later"
        send_due_emails()
    assert list(Email.objects.values_list("tries", flat=True)) == [1, 1]
    pass_time(timedelta(minutes=1))
    with smtp() as postbox:
        send_due_emails()
    assert len(postbox.messages) == 2


def test_email_is_not_sent_once_it_is_of_no_use(post, smtp):
    email = post(useful_for=timedelta(minutes=15))
    pass_time(timedelta(minutes=16))
    with smtp() as postbox:
        assert send_email(email.pk) == SendResult.NOT_DUE
        send_due_emails()
    assert postbox.connections == 0
    assert not Email.objects.exists()


def test_email_is_given_up_after_five_days(post, smtp):
    post()
    pass_time(timedelta(days=5, minutes=1))
    send_due_emails()
    assert not Email.objects.exists()


def test_worker_killed_after_sending_makes_one_duplicate_with_the_same_id(
    post, smtp, lost_recording
):
    email = post()
    with smtp() as postbox:
        assert send_email(email.pk) == SendResult.SENT
        lost_recording.undo()
        assert send_email(email.pk) == SendResult.NOT_DUE  # the claim has not lapsed
        pass_time(timedelta(seconds=101))
        for _ in range(2):
            send_email(email.pk)
    first, second = ids_of(postbox)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_workers_that_get_an_email_at_once_send_it_once(post):
    email = post()
    in_parallel(lambda _number: send_email(email.pk), 5)
    assert len(django_mail.outbox) == 1


def test_same_key_is_never_sent_twice(post, site, deliver):
    post(key="complaint-1")
    deliver()
    assert not mail.enqueue(
        to="anna@example.org", site=site, content=CONTENT, options=mail.Options(key="complaint-1")
    )
    deliver()
    assert len(django_mail.outbox) == 1


def test_message_id_is_random_because_numbers_begin_again_after_a_restored_backup(post, deliver):
    post(key="complaint-1")
    deliver()
    Email.objects.all().delete()
    post(key="complaint-1")
    deliver()
    first, second = (message.extra_headers["Message-ID"] for message in django_mail.outbox)
    assert first != second
    assert "complaint-1" not in first + second


def test_second_email_with_a_key_replaces_the_one_that_waits(post, deliver):
    post(to="old@example.org", key="complaint-1")
    post(to="new@example.org", key="complaint-1")
    deliver()
    assert [message.to for message in django_mail.outbox] == [["new@example.org"]]


def test_headers_metadata_and_attachment_are_sent(post, settings, tmp_path, deliver):
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("one.pdf", ContentFile(b"%PDF-1.7"))
    post(
        thread="comment-7",
        list_name="discussions",
        reply_to="author@example.org",
        headers={"List-Unsubscribe": "<https://otklik.example/u/>"},
        metadata={"certificate": "1"},
        attachments=[mail.Attachment(name, "Документ.pdf", "application/pdf")],
    )
    deliver()
    [message] = django_mail.outbox
    assert message.reply_to == ["author@example.org"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["List-Unsubscribe"] == "<https://otklik.example/u/>"
    assert message.extra_headers["In-Reply-To"] == "<comment-7@127.0.0.1>"
    assert message.extra_headers["List-Id"] == "<discussions.vesti.127.0.0.1>"
    assert message.extra_headers["References"] == message.extra_headers["In-Reply-To"]
    assert message.metadata == {"certificate": "1"}
    assert message.attachments == [("Документ.pdf", b"%PDF-1.7", "application/pdf")]


def test_sending_is_announced_in_the_transaction_that_records_it(post, lost_recording):
    sent = mail.Event("complaint.emailed", {"complaint_id": 5})
    email = post(on_sent=sent)
    send_email(email.pk)
    assert events("complaint.emailed") == []  # killed before recording, so no event was published
    lost_recording.undo()
    pass_time(timedelta(seconds=101))
    send_email(email.pk)
    assert events("complaint.emailed") == [{"complaint_id": 5}]


def test_unknown_topic_is_refused_when_the_email_is_queued(post):
    with pytest.raises(outbox.UnknownTopic):
        post(on_sent=mail.Event("complaint.lost", {}))


@pytest.mark.parametrize(("answer", "is_final"), [(b"550 no such user", True), (b"451 x", False)])
def test_failure_is_announced_with_the_answer_of_the_server(post, smtp, answer, is_final):
    email = post(on_failure=mail.Event("complaint.not_emailed", {"complaint_id": 5}))
    with smtp() as postbox:
        postbox.refusal = answer
        send_email(email.pk)
    [payload] = events("complaint.not_emailed")
    assert payload == {"complaint_id": 5, "reason": answer.decode(), "is_final": is_final}


def test_cancelled_email_is_not_sent(post, deliver):
    for key in ("a", "b"):
        post(key=key)
    assert mail.cancel(["a"]) == ["a"]
    assert mail.waiting(["a", "b"]) == {"b"}
    deliver()
    assert len(django_mail.outbox) == 1


def test_email_cancelled_in_the_hands_of_a_worker_is_not_tried_again(post):
    email = post(key="a")
    Email.objects.claim(email.pk, timezone.now())
    assert mail.cancel(["a"]) == []
    pass_time(timedelta(seconds=101))
    assert send_email(email.pk) == SendResult.NOT_DUE


def test_nothing_is_sent_to_a_forgotten_address(post, deliver):
    post(to="anna@example.org")
    mail.forget(to="Anna@Example.org")
    deliver()
    assert django_mail.outbox == []


def test_rows_of_sent_emails_go_after_a_week(post, deliver):
    post()
    deliver()
    retention.prune_sent_emails()
    assert Email.objects.count() == 1
    Email.objects.update(sent_at=timezone.now() - timedelta(days=7, minutes=1))
    retention.prune_sent_emails()
    assert not Email.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "Вести образования",
        'Газета "Утро", районная',
        "Morning, Evening & Night",
        "; ".join(["Вести образования, науки и воспитания Калужской области"] * 3),
    ],
)
def test_the_publication_is_the_sender(post, site, name, deliver):
    site.name_ru, site.email_from = name, "pochta@vesti.example"
    site.save()
    post(to="anna@example.org")
    deliver()
    header = message_from_bytes(django_mail.outbox[-1].message().as_bytes())["From"]
    # Address first: commas of a name that is decoded would look like separators.
    encoded_name, address = parseaddr(header)
    shown = "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(encoded_name)
    )
    assert (shown, address) == (name, site.email_from)


@pytest.mark.parametrize(
    "subject", ["Короткая", "Длинная тема письма " * 6, "Plain " * 20, "a" * 90]
)
def test_subject_arrives_whole_and_its_first_line_is_not_empty(post, subject, deliver):
    content = mail.Content(subject=subject.strip(), text="Текст\n", html="<p>Текст</p>")
    post(content=content)
    deliver()
    source = django_mail.outbox[-1].message().as_bytes()
    assert message_from_bytes(source, policy=default)["Subject"] == subject.strip()
    assert not re.search(rb"^Subject:\s*\n", source, re.MULTILINE)
    assert source.isascii()


def test_an_answer_reaches_the_newsroom_and_never_the_newsroom_itself(post, site, deliver):
    post(to="anna@example.org")
    post(to=site.complaints_email)
    deliver()
    assert [message.reply_to for message in django_mail.outbox] == [[site.complaints_email], []]

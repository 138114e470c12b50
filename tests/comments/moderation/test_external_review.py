"""The publication's own moderation service, over real HTTP: it answers, fails, hangs, lies."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from comments.actions import Decision, decide, edit_comment
from comments.discussion.screen_text import TextRefused
from comments.models import Comment, CommentSettings, EmailSettings, ExternalReview, Thread
from comments.moderation.external_client import request_review
from comments.moderation.external_review import publish_due_reviews
from comments.states import DecisionKind, State
from core import signatures
from tests.support.serving import serving

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"


class Service(BaseHTTPRequestHandler):
    """Does with each question what `server.act` says, and keeps it."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.server.act(self)

    def answer(self, payload, *, key=SECRET, status=200, at=None):
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        signed = signatures.signed_headers(
            message_id=self.headers["webhook-id"], at=at or datetime.now(UTC), body=body, keys=[key]
        )
        self.send_response(status)
        for name, value in {**signed, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def saying(outcome):
    return lambda service: service.answer({"outcome": outcome, "note": "Сверено"})


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.act, server.let_go = [], saying("publish"), threading.Event()
    with serving(server):
        yield server
        server.let_go.set()


@pytest.fixture
def service(server, settings_of_site):
    """The publication asks it."""
    settings_of_site.external_review_url = f"http://127.0.0.1:{server.server_port}/check"
    settings_of_site.external_review_secret = SECRET
    settings_of_site.external_review_seconds = 1
    settings_of_site.save()
    return server


def hang(service):
    service.server.let_go.wait(10)


FAILURES = {
    "a fault of its own": lambda service: service.answer({"outcome": "publish"}, status=500),
    "no answer in time": hang,
    "garbage": lambda service: service.answer(b"<html>OK</html>"),
    "an unknown outcome": lambda service: service.answer({"outcome": "maybe"}),
    "a list": lambda service: service.answer(["publish"]),
    "a foreign signature": lambda service: service.answer(
        {"outcome": "publish"}, key=signatures.new_secret()
    ),
    "an old signature": lambda service: service.answer(
        {"outcome": "publish"}, at=datetime.now(UTC) - timedelta(minutes=6)
    ),
    "a redirect": lambda service: service.answer(b"", status=302),
    "silence": lambda service: service.close_connection,
}


def state_of(comment):
    comment.refresh_from_db()
    return comment.state


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("publish", State.PUBLISHED), ("hold", State.HELD), ("reject", State.REJECTED)],
)
def test_answer_decides_what_becomes_of_the_comment(service, say, deliver, outcome, state):
    service.act = saying(outcome)
    comment = say("Проверьте меня")
    assert (comment.state, comment.awaits_external_review) == (State.HELD, True)
    deliver()
    assert (state_of(comment), comment.awaits_external_review) == (state, False)
    assert Thread.objects.get().published_count == (state == State.PUBLISHED)
    assert ExternalReview.objects.get().outcome == outcome
    for event in comment.events.all():
        assert (event.action, event.actor_label) == ("checked", "otklik")
        assert event.evidence["external_review"] == {"outcome": outcome, "note": "Сверено"}


def rejecting(rule):
    said = {"outcome": "reject", "note": "Похоже на травлю", "rule": rule}
    return lambda service: service.answer(said)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (("insults", ""), "insults"),
        (("insults", "spam"), "insults"),
        (("no-such-rule", "spam"), "spam"),
        (("", "spam"), "spam"),
        (("", "no-such-rule"), None),
        (("", ""), None),
    ],
)
@pytest.mark.usefixtures("settings_of_site", "rulebook")
def test_rejection_rests_on_a_rule(service, say, deliver, rules, code):
    named, in_settings = rules
    CommentSettings.objects.update(external_review_rule=in_settings)
    service.act = rejecting(named)
    comment = say("Проверьте меня")
    deliver()
    event = comment.events.get()
    assert state_of(comment) == State.REJECTED
    assert (event.rule and event.rule.code) == code


def test_author_is_told_of_its_rejection_as_of_an_editors(service, say, deliver, rulebook, site):
    EmailSettings.objects.create(site=site, jurisdiction="dsa")
    service.act = rejecting("insults")
    say("Проверьте меня")
    deliver()
    deliver()
    [email] = mail.outbox
    assert email.to == ["anna@example.org"]
    assert "Оскорбления и травля" in email.body


@pytest.mark.usefixtures("settings_of_site", "rulebook")
def test_its_reason_is_on_the_desk(service, say, deliver, browser, editor):
    service.act = lambda service: service.answer({"outcome": "hold", "note": "Похоже на травлю"})
    held = say("Подождите меня")
    deliver()
    page = browser(editor).get("/desk/?queue=held").content.decode()
    assert "Сервис модерации издания: <q>Похоже на травлю</q>" in page
    Comment.objects.filter(pk=held.pk).delete()
    service.act = rejecting("insults")
    rejected = say("Проверьте меня")
    deliver()
    page = browser(editor).get(f"/desk/comments/{rejected.pk}/").content.decode()
    assert "Сервис модерации издания: <q>Похоже на травлю</q>" in page
    assert "автоматически" in page


def test_question_is_signed_and_says_what_is_to_be_judged(service, say, reader, deliver):
    comment = say("Проверьте меня")
    deliver()
    ((headers, body),) = service.asked
    assert signatures.is_signed(
        headers,
        message_id=headers["webhook-id"],
        body=body,
        key=SECRET,
    )
    payload = orjson.loads(body)
    assert (payload["comment"]["id"], payload["comment"]["text"]) == (comment.pk, "Проверьте меня")
    assert (payload["site"], payload["author"]["id"]) == ("vesti", reader.pk)


@pytest.mark.parametrize("failure", FAILURES)
def test_service_that_fails_leaves_the_comment_to_an_editor(service, say, deliver, failure):
    service.act = FAILURES[failure]
    comment = say("Проверьте меня")
    deliver()
    assert state_of(comment) == State.HELD
    call = ExternalReview.objects.get()
    assert (call.status, call.outcome, call.attempts) == ("waiting", "", 1)
    assert call.note


def ask_again(deliver):
    ExternalReview.objects.filter(status="waiting").update(due_at=timezone.now())
    publish_due_reviews()
    deliver()


def test_service_that_recovers_is_asked_again(service, say, deliver):
    service.act = FAILURES["garbage"]
    comment = say("Проверьте меня")
    deliver()
    service.act = saying("publish")
    ask_again(deliver)
    assert state_of(comment) == State.PUBLISHED
    first, second = (headers["webhook-id"] for headers, _body in service.asked)
    assert first == second


def test_service_that_never_recovers_is_asked_four_times(service, say, reader, deliver):
    service.act = FAILURES["a fault of its own"]
    comment = say("Проверьте меня")
    for _ in range(5):
        ask_again(deliver)
    assert (len(service.asked), ExternalReview.objects.get().status) == (4, "failed")
    assert (state_of(comment), comment.awaits_external_review) == (State.HELD, False)
    service.act = saying("publish")
    edit_comment(comment=comment, author=reader, text="Теперь-то проверят")
    deliver()
    assert state_of(comment) == State.PUBLISHED


def test_task_delivered_twice_asks_and_decides_once(service, say, deliver):
    comment = say("Проверьте меня")
    deliver()
    request_review(ExternalReview.objects.get().pk)
    assert (len(service.asked), comment.events.count()) == (1, 1)


def test_two_workers_with_one_task_ask_once(service, say):
    comment = say("Проверьте меня")
    call = ExternalReview.objects.get()
    # The second comes while the first waits for the answer.
    service.act = lambda asking: (put_again.append(True), asking.answer({"outcome": "publish"}))
    put_again = []
    assert ExternalReview.objects.claim(
        call.pk, timezone.now(), timezone.now() + timedelta(minutes=1)
    )
    request_review(call.pk)
    assert (service.asked, state_of(comment)) == ([], State.HELD)
    ExternalReview.objects.update(due_at=timezone.now())
    request_review(call.pk)
    assert (len(put_again), state_of(comment)) == (1, State.PUBLISHED)


def test_editor_who_decides_first_wins(service, say, editor, rulebook, deliver):
    comment = say("Проверьте меня")
    decide(
        comment=comment, decision=Decision(DecisionKind.REJECT, rule_code="insults"), editor=editor
    )
    deliver()
    assert state_of(comment) == State.REJECTED
    assert ExternalReview.objects.get().status == "overtaken"
    assert [event.action for event in comment.events.all()] == ["rejected"]


def test_edit_is_reviewed_again_and_the_old_answer_is_ignored(service, say, reader, deliver):
    comment = say("Проверьте меня")
    edit_comment(comment=comment, author=reader, text="Проверьте меня ещё раз")
    deliver()
    assert state_of(comment) == State.PUBLISHED
    assert [call.status for call in ExternalReview.objects.order_by("id")] == [
        "overtaken",
        "answered",
    ]
    edit_comment(comment=comment, author=reader, text="И третий раз")
    assert state_of(comment) == State.HELD
    service.act = saying("reject")
    deliver()
    assert state_of(comment) == State.REJECTED


def test_what_another_phase_holds_the_service_does_not_publish(service, thread, say, deliver):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    comment = say("Проверьте меня")
    assert not comment.awaits_external_review
    deliver()
    assert (state_of(comment), ExternalReview.objects.get().outcome) == (State.HELD, "publish")


def test_refused_text_and_the_staff_ask_nobody(service, say, editor, deliver):
    assert say("Слово редакции", by=editor).state == State.PUBLISHED
    with pytest.raises(TextRefused):
        say("")
    deliver()
    assert service.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/check",
        "https://10.0.0.7/check",
        "https://[::ffff:169.254.169.254]/latest",
        "ftp://example.org/",
    ],
)
def test_service_must_have_a_public_https_url(settings_of_site, settings, url):
    settings.OUTGOING_TO_LOOPBACK = False
    settings_of_site.external_review_url = url
    with pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean()
    assert "external_review_url" in refused.value.message_dict


def test_service_inside_is_not_asked_in_production(service, say, deliver, settings):
    settings.OUTGOING_TO_LOOPBACK = False
    comment = say("Проверьте меня")
    deliver()
    assert (service.asked, state_of(comment)) == ([], State.HELD)
    assert ExternalReview.objects.get().note == "forbidden"


def test_secret_is_made_up_where_none_is_given(settings_of_site):
    settings_of_site.external_review_url = "https://check.example.org/"
    settings_of_site.full_clean()
    assert signatures.is_secret(settings_of_site.external_review_secret)

"""A complaint about the publication's work reaches its address as one e-mail."""

import re
import smtplib
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from comments.actions import Decision, Sender, decide, send_complaint
from comments.models import Comment, Complaint, ComplaintEvent
from comments.moderation.complaints import MOST_BY_READER, record_sent, resend_waiting
from comments.page_urls import CommentedPage
from comments.privacy.cases import erase
from comments.states import DecisionKind, State
from core.errors import InvalidInput, TooManyRequests
from core.idempotency import KeyReused
from core.mail import send
from core.mail.send import send_email
from core.models import Email, OutboxEvent
from tests.support.outbox import forget_results

pytestmark = [pytest.mark.urls("tests.support.thread_urls"), pytest.mark.django_db]
MISTAKE = "В вашей статье ошибка: техникум в Чайковском"


@pytest.fixture
def complain(site, reader):
    def act(text=MISTAKE, *, by=reader, **said):
        sender = Sender(by, by.display_name, by.email, "192.0.2.1")
        return send_complaint(site=site, text=text, sender=sender, **said)

    return act


def form_of(page):
    return dict(re.findall(r'name="(page|key|comment|parent)"[^>]*? value="([^"]*)"', page))


def to_newsroom():
    return [message for message in mail.outbox if message.to == ["redaktor@vesti.example"]]


def email_of(complaint):
    return Email.objects.get(key=f"complaint-{complaint.pk}")


def test_one_email_with_a_number_and_a_way_to_answer(complain, site, deliver):
    first, second = complain(), complain("Ещё одна ошибка")
    assert (first.number, second.number) == (1, 2)
    deliver()
    deliver()
    message, _second = to_newsroom()
    assert (message.to, message.reply_to) == (["redaktor@vesti.example"], ["anna@example.org"])
    assert message.subject == f"Жалоба № 1: {MISTAKE}"
    assert message.body == first.email_text
    assert MISTAKE in message.body
    first.refresh_from_db()
    assert first.sent_at is not None
    assert [event.action for event in first.events.all()] == ["received", "sent"]


def test_its_author_gets_the_number_by_email(complain, deliver):
    complaint = complain()
    for _ in range(2):
        deliver()
    [receipt] = [message for message in mail.outbox if message.to == ["anna@example.org"]]
    assert receipt.subject == f"Ваше обращение в редакцию получено: № {complaint.number}"
    assert receipt.reply_to == ["redaktor@vesti.example"]
    assert MISTAKE in receipt.body
    assert "(мск)" in receipt.body


def test_a_stranger_gets_one_receipt_a_day_and_none_of_the_text(site, deliver):
    strangers = [Sender(None, "Купи слона", "who@example.org", f"192.0.2.{n}") for n in (1, 2)]
    for sender in strangers:
        send_complaint(site=site, text="Реклама слона", sender=sender)
    deliver()
    [receipt] = [message for message in mail.outbox if message.to == ["who@example.org"]]
    assert "лона" not in receipt.body + receipt.subject
    assert len(to_newsroom()) == 2


@pytest.mark.parametrize("email", ["иван@почта.рф", "nobody", "a@b"])
def test_a_stranger_with_an_address_that_mail_cannot_reach_is_told_so(site, email):
    with pytest.raises(InvalidInput) as refused:
        send_complaint(site=site, text=MISTAKE, sender=Sender(None, "", email, "192.0.2.1"))
    assert list(refused.value.fields) == ["email"]


def test_email_is_sent_once_however_often_its_event_comes(complain, deliver):
    complaint = complain()
    for _ in range(3):
        deliver()
        forget_results()
    assert len(to_newsroom()) == 1
    assert complaint.events.filter(action="sent").count() == 1


def test_worker_killed_before_recording_sends_the_same_email_once_more(
    complain, monkeypatch, deliver
):
    """Simulates `kill -9` between sending and recording."""
    complaint = complain()
    email = email_of(complaint)
    with monkeypatch.context() as dying:
        dying.setattr(send, "_record_patiently", lambda _email: None)
        send_email(email.pk)
    send_email(email.pk)
    assert len(mail.outbox) == 1
    Email.objects.update(claimed_until=timezone.now())
    deliver()
    first, second = (message.extra_headers["Message-ID"] for message in to_newsroom())
    assert first == second
    complaint.refresh_from_db()
    assert complaint.sent_at


def test_refused_by_the_mail_server_it_is_tried_again(complain, settings, deliver):
    complaint = complain()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9  # the port is closed
    deliver()
    complaint.refresh_from_db()
    assert (complaint.sent_at, complaint.failed_at is None) == (None, False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Email.objects.update(next_at=timezone.now())
    send_email(email_of(complaint).pk)
    assert len(to_newsroom()) == 1


def test_what_no_try_could_send_is_taken_up_again_later(complain):
    complaint = complain()
    Email.objects.all().delete()  # the queue has given up
    resend_waiting()
    assert not Email.objects.exists()
    Complaint.objects.update(created_at=timezone.now() - timedelta(hours=2))
    resend_waiting()
    assert Email.objects.get().key == f"complaint-{complaint.pk}"
    waiting = OutboxEvent.objects.count()
    resend_waiting()  # what waits is left to the queue
    assert OutboxEvent.objects.count() == waiting
    record_sent(complaint_id=complaint.pk)
    Email.objects.all().delete()
    resend_waiting()
    assert not Email.objects.exists()


def test_same_key_is_the_same_complaint(complain):
    key = uuid.uuid4()
    assert complain(key=key) == complain(key=key)
    with pytest.raises(KeyReused):
        complain("Совсем другое", key=key)
    assert Complaint.objects.count() == 1


def test_limits(complain, site):
    for number in range(MOST_BY_READER):
        complain(f"Ошибка {number}")
    with pytest.raises(TooManyRequests) as refused:
        complain("И ещё")
    assert "redaktor@vesti.example" in str(refused.value)
    stranger = Sender(None, "", "who@example.org", "192.0.2.9")
    for number in range(5):
        send_complaint(site=site, text=f"Ошибка {number}", sender=stranger)
    with pytest.raises(TooManyRequests):
        send_complaint(site=site, text="И ещё", sender=stranger)


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_empty_and_endless_are_refused(complain, text):
    with pytest.raises(InvalidInput):
        complain(text)
    assert not Complaint.objects.exists()


def test_passed_on_it_is_kept_with_the_decision_and_sent_once(say, editor, rulebook, deliver):
    comment = say(MISTAKE)
    for _ in range(2):
        decide(
            comment=comment,
            decision=Decision(DecisionKind.FORWARD, note="Проверьте"),
            editor=editor,
            expected=State.PUBLISHED,
        )
    deliver()
    complaint = Complaint.objects.get()
    assert (complaint.source, complaint.comment, complaint.decision.action) == (
        "comment",
        comment,
        "forwarded",
    )
    [message] = [message for message in mail.outbox if message.to == ["redaktor@vesti.example"]]
    assert "Вера Р.: Проверьте" in message.body
    assert message.reply_to == ["anna@example.org"]
    events = complaint.events.values_list("action", "actor_label", "note")
    assert list(events) == [("forwarded", "Вера Р.", "Проверьте"), ("sent", "otklik", "")]


def test_reader_confirms_before_such_a_text_is_posted(thread, reader, browser):
    client = browser(reader)
    fields = form_of(client.get("/page/article-1/").content.decode()) | {"text": MISTAKE}
    offer = client.post("/threads/comments/", fields).content.decode()
    assert not Comment.objects.exists()
    assert MISTAKE in offer
    begun = client.post("/complaints/begin/", fields).content.decode()
    assert MISTAKE in begun
    assert not Complaint.objects.exists()
    sent = client.post("/complaints/", form_of(begun) | {"text": MISTAKE}, follow=True)
    complaint = Complaint.objects.get()
    assert (complaint.thread, complaint.author) == (thread, reader)
    assert "Жалоба № 1" in sent.content.decode()
    assert "к вам" not in sent.content.decode()
    assert MISTAKE in sent.content.decode()
    assert not Comment.objects.exists()


def test_reader_may_post_it_all_the_same(thread, reader, editor, browser):
    client = browser(reader)
    fields = form_of(client.get("/page/article-1/").content.decode()) | {"text": MISTAKE}
    client.post("/threads/comments/", fields | {"anyway": "on"})
    assert Comment.objects.get().text == MISTAKE
    staff = browser(editor)
    fields = form_of(staff.get("/page/article-1/").content.decode())
    staff.post("/threads/comments/", fields | {"text": "В нашей статье ошибка, исправим"})
    assert Comment.objects.count() == 2


def test_email_never_links_to_a_foreign_page(complain, thread):
    foreign = CommentedPage("Войдите в почту", "https://evil.example/login")
    assert "evil.example" not in complain(page=foreign).email_html
    known = complain("И ещё", page=foreign, thread=thread)
    assert (known.page_title, known.page_url) == (thread.title, thread.url)


def test_form_is_one_click_away_and_begins_with_ones_own_comment(
    thread, say, reader, other_reader, browser
):
    client = browser(reader)
    assert "/complaints/?page=" in client.get("/page/article-1/").content.decode()
    comment = say(MISTAKE)
    form = client.get(f"/complaints/?comment={comment.pk}").content.decode()
    assert MISTAKE in form
    sent = client.post("/complaints/", form_of(form) | {"text": MISTAKE}, follow=True)
    assert f"/threads/comments/{comment.pk}/withdraw/" in sent.content.decode()
    assert Complaint.objects.get().comment == comment
    assert browser(other_reader).get(f"/complaints/?comment={comment.pk}").status_code == 404


def test_stranger_writes_with_an_address_and_learns_nothing_of_it(site, reader, browser):
    client = browser()
    form = client.get("/complaints/").content.decode()
    assert "redaktor@vesti.example" in form
    without = client.post("/complaints/", form_of(form) | {"text": MISTAKE})
    assert without.status_code == 422
    assert MISTAKE in without.content.decode()
    pages = []
    for number, email in enumerate([reader.email, "nobody@example.org"], start=1):
        fields = form_of(client.get("/complaints/").content.decode())
        fields |= {"text": MISTAKE, "email": email}
        page = client.post("/complaints/", fields, follow=True).content.decode()
        page = re.search(r"<main.*</main>", page, re.DOTALL)[0]
        pages.append(page.replace(email, "E").replace(f"№ {number}", "N"))
    assert pages[0] == pages[1]
    assert not Complaint.objects.exclude(author=None).exists()


def test_sent_copy_is_for_those_who_have_its_address(complain, reader, browser):
    complain()
    assert browser(reader).get("/complaints/sent/1/").status_code == 404
    mine = browser(reader).get("/complaints/mine/").content.decode()
    assert MISTAKE in mine


def test_foreign_list_is_empty(complain, other_reader, browser):
    complain()
    assert MISTAKE not in browser(other_reader).get("/complaints/mine/").content.decode()


def test_api_takes_complaints_of_readers_and_strangers(site, thread, reader, browser):
    url = "/api/v1/sites/vesti/complaints/"
    said = {"text": MISTAKE, "thread": "article-1", "title": "Статья"}
    stranger = browser().post(url, said, content_type="application/json")
    assert "email" in stranger.json()["errors"]
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(2):
        answer = browser(reader).post(url, said, content_type="application/json", headers=key)
        assert (answer.status_code, answer.json()["number"]) == (201, 1)
    assert MISTAKE in answer.json()["email_text"]
    assert Complaint.objects.get().thread == thread


@pytest.mark.parametrize(("text", "expected"), [(MISTAKE, True), ("Согласен с Анной", False)])
def test_api_says_beforehand_what_reads_as_a_complaint(site, browser, text, expected):
    url = "/api/v1/sites/vesti/complaints/check/"
    answer = browser().post(url, {"text": text}, content_type="application/json").json()
    assert answer == {"reads_as_complaint": expected, "complaints_email": site.complaints_email}


def test_desk_sees_all_with_their_history(complain, editor, browser, deliver):
    complaint = complain()
    deliver()
    [item] = browser(editor).get("/api/v1/moderation/complaints/").json()["items"]
    assert (item["id"], item["name"], item["text"]) == (complaint.pk, "Анна К.", MISTAKE)
    assert [event["action"] for event in item["history"]] == ["received", "sent"]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_and_emails_go_once_when_all_come_at_once(complain, deliver):
    def run(act):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(run, [lambda n=n: complain(f"Ошибка {n}") for n in range(4)]))
        acts = [lambda pk=e.pk: send_email(pk) for e in Email.objects.all() for _ in range(3)]
        list(pool.map(run, acts))
    deliver()
    assert sorted(complaint.number for complaint in made) == [1, 2, 3, 4]
    assert len(to_newsroom()) == 4
    assert ComplaintEvent.objects.filter(action="sent").count() == 4


def test_desk_has_a_page_of_each_with_its_email_and_history(
    say, rulebook, editor, browser, deliver
):
    said = say("Ваш корреспондент ошибся")
    decide(comment=said, decision=Decision(DecisionKind.FORWARD, note="Проверьте"), editor=editor)
    deliver()
    stored = Complaint.objects.get()
    page = browser(editor).get(f"/desk/complaints/{stored.pk}/").content.decode()
    for shown in (
        *("Жалоба № 1", "Ваш корреспондент ошибся", "anna@example.org", "Передаёт Вера Р."),
        *("Проверьте", "redaktor@vesti.example", "письмо отправлено", f"/desk/comments/{said.pk}/"),
        stored.email_text.splitlines()[0],
    ):
        assert shown in page
    assert "Отправить ещё раз" not in page
    listed = browser(editor).get("/desk/complaints/").content.decode()
    assert f"/desk/complaints/{stored.pk}/" in listed


@pytest.fixture
def refused(complain, monkeypatch, deliver):
    """A complaint whose e-mail the mail server would not take."""

    def refuse(_message):
        raise smtplib.SMTPRecipientsRefused({"redaktor@vesti.example": (550, b"no such user")})

    complaint = complain()
    with monkeypatch.context() as refusing:
        refusing.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        deliver()
    return complaint


def test_editor_sends_again_what_no_server_took_to_the_address_put_right(
    refused, site, editor, browser, deliver
):
    client, url = browser(editor), f"/desk/complaints/{refused.pk}/"
    page = client.get(url).content.decode()
    assert ": 550 no such user<" in page
    assert "account " not in page
    site.complaints_email = "pisma@vesti.example"
    site.save()
    for _ in range(2):
        client.post(f"{url}resending/")
    deliver()
    [message] = [message for message in mail.outbox if message.to != ["anna@example.org"]]
    assert message.to == ["pisma@vesti.example"]
    acts = ["received", "resending", "resending", "sent"]
    assert [event.action for event in refused.events.all()] == acts


def test_what_has_gone_is_not_sent_again(complain, editor, browser, deliver):
    complaint = complain()
    deliver()
    url = f"/desk/complaints/{complaint.pk}/resending/"
    assert "Письмо уже ушло" in browser(editor).post(url, follow=True).content.decode()
    deliver()
    refused = browser(editor).post(f"/api/v1/moderation{url.removeprefix('/desk')}")
    assert (refused.status_code, refused.json()["code"]) == (409, "email_already_sent")
    assert len(to_newsroom()) == 1


def test_of_an_erased_author_nothing_more_goes_out(refused, editor, reader, browser, deliver):
    erase(reader, "keep")
    resend_waiting()
    Complaint.objects.update(created_at=timezone.now() - timedelta(days=1))
    resend_waiting()
    deliver()
    page = browser(editor).get(f"/desk/complaints/{refused.pk}/").content.decode()
    assert "Автор удалил учётную запись" in page
    assert "Отправить ещё раз" not in page
    assert mail.outbox == []

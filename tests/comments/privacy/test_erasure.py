"""Comments when their author changes the name, exports the data or is erased."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import rename, request_erasure
from accounts.models import DataExport, ErasureRequest
from accounts.permissions import FreshProof
from accounts.tasks import keep_promises_of_erasure
from comments.actions import react, report_comment, send_complaint, withdraw_comment
from comments.models import (
    Comment,
    Complaint,
    ComplaintEvent,
    ModerationEvent,
    Reaction,
    RejectedText,
    Report,
    Revision,
    Thread,
)
from comments.moderation.complaints import Sender
from comments.states import ReactionKind, State
from tests.support.people import prove

Choice = ErasureRequest.Comments
PAGE = "/api/v1/sites/vesti/threads/article-1/comments/"


@pytest.fixture
def erase(deliver):
    def act(user, choice):
        request_erasure(user=user, comments=choice, proof=FreshProof(user.pk))
        ErasureRequest.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        keep_promises_of_erasure()
        deliver()

    return act


def shown():
    """Return the public name and text of each comment in page order."""
    branches = Client().get(PAGE).json()["branches"]
    found = [said for branch in branches for said in (branch["comment"], *branch["replies"])]
    return [(comment["author"], comment["html"]) for comment in found]


def test_a_new_name_appears_under_earlier_comments(say, reader, other_reader, deliver):
    say("Ответ", parent=say("Корень"), by=other_reader)
    assert [name for name, _text in shown()] == ["Анна К.", "Борис"]
    rename(user=reader, name="Анна Каренина")
    deliver()
    assert [name for name, _text in shown()] == ["Анна Каренина", "Борис"]


def test_kept_comments_lose_their_author_and_nothing_else(say, reader, other_reader, erase):
    root = say("Останется")
    say("Ответ", parent=root, by=other_reader)
    erase(reader, Choice.KEEP)
    assert shown() == [("", "<p>Останется</p>"), ("Борис", "<p>Ответ</p>")]
    root.refresh_from_db()
    assert (root.author, root.state) == (None, State.PUBLISHED)
    assert Thread.objects.get().published_count == 2


def test_removed_comments_leave_an_empty_place_only_where_replies_need_it(
    say, reader, other_reader, erase
):
    say("Ответ", parent=say("Исчезнет"), by=other_reader)
    say("И это исчезнет")
    erase(reader, Choice.REMOVE)
    assert shown() == [("", ""), ("Борис", "<p>Ответ</p>")]
    assert not Comment.objects.filter(text__contains="счезнет").exists()
    assert not Revision.objects.filter(text__contains="счезнет").exists()
    assert Comment.objects.filter(author=None, state=State.WITHDRAWN).count() == 2
    assert Thread.objects.get().published_count == 1


def test_what_waits_for_an_editor_is_withdrawn_either_way(say, reader, erase):
    held = say("Ждёт")
    Comment.objects.update(state=State.HELD, published_at=None, listed=False)
    erase(reader, Choice.KEEP)
    held.refresh_from_db()
    assert (held.state, held.author) == (State.WITHDRAWN, None)


def test_no_name_outlives_the_person(say, reader, other_reader, erase, rulebook):
    say("Взятое назад"), say("Слово")
    withdraw_comment(comment=Comment.objects.get(text="Взятое назад"), author=reader)
    other = say("Чужое", by=other_reader)
    report_comment(comment=other, reporter=reader, rule_code="spam", note="Я, Анна, видела")
    react(comment=other, user=reader, kind=ReactionKind.UP)
    RejectedText.objects.create(thread=other.thread, author=reader, text="Анна", verdict={})
    sender = Sender(reader, reader.display_name, reader.email, "192.0.2.1")
    send_complaint(site=other.site, text="Заголовок врёт", sender=sender)
    Complaint.objects.update(sent_at=timezone.now())
    erase(reader, Choice.REMOVE)
    for model in (
        Comment,
        Revision,
        ModerationEvent,
        Report,
        RejectedText,
        Complaint,
        ComplaintEvent,
    ):
        assert "Анна" not in str(list(model.objects.values()))
    assert (Complaint.objects.get().email, Complaint.objects.get().text) == ("", "Заголовок врёт")
    other.refresh_from_db()
    assert (other.reaction_counts, Reaction.objects.count()) == ({"up": 1}, 1)


def test_the_file_holds_all_that_the_person_wrote(say, reader, other_reader, deliver, thread):
    mine, other = say("Моё"), say("Чужое", by=other_reader)
    react(comment=other, user=reader, kind=ReactionKind.UP)
    RejectedText.objects.create(thread=thread, author=reader, text="Не принятое", verdict={})
    browser = Client()
    browser.force_login(reader)
    prove(browser)
    browser.post("/accounts/data/export/")
    deliver()
    url = f"/accounts/data/export/{DataExport.objects.get().pk}/"
    archive = zipfile.ZipFile(io.BytesIO(browser.get(url).getvalue()))
    read = {
        name: json.loads(archive.read(f"comments/{name}.json"))
        for name in ("comments", "versions", "refused", "votes")
    }
    assert [(row["id"], row["text"]) for row in read["comments"]] == [(mine.pk, "Моё")]
    assert [row["text"] for row in read["versions"]] == ["Моё"]
    assert [row["text"] for row in read["refused"]] == ["Не принятое"]
    assert read["votes"] == [{"comment": other.pk, "kind": "up"}]

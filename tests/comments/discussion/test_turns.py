"""What a text was judged by may change while it is judged. Then it is judged again."""

import pytest
from django.db import connection

from comments.actions import Decision, decide, edit_comment
from comments.discussion import posting
from comments.discussion.posting import CannotReply
from comments.discussion.screen_text import TextRefused, TooFast
from comments.discussion.turns import take_turn
from comments.models import Comment, RejectedText, Thread
from comments.states import DecisionKind, State
from core.errors import Busy, NotFound
from core.idempotency import KeyReused
from core.models import IdempotencyKey, OutboxEvent

pytestmark = pytest.mark.django_db
TEXT = "Учителям нужна надбавка, а не ещё один отчёт."


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(act)`: between judging the next text and storing it, `act` happens, once."""

    def arrange(act):
        acts = [act]
        screen_text = posting.screen_text

        def screened(*args, **kwargs):
            verdict = screen_text(*args, **kwargs)
            if acts:
                acts.pop()()
            return verdict

        monkeypatch.setattr(posting, "screen_text", screened)

    return arrange


def test_the_same_text_sent_twice_at_once_is_repeated(say, meanwhile):
    meanwhile(lambda: say(TEXT))
    with pytest.raises(TextRefused) as refused:
        say(TEXT)
    assert refused.value.extra["phases"] == ["duplicate"]
    assert Comment.objects.count() == 1
    assert RejectedText.objects.count() == 1


def test_another_text_at_once_costs_nothing(say, thread, meanwhile):
    meanwhile(lambda: say("Совсем о другом: каникулы перенесли на неделю."))
    posted = say(TEXT)
    assert posted.state == State.PUBLISHED
    assert Comment.objects.count() == 2
    assert Thread.objects.get(pk=thread.pk).published_count == 2
    assert OutboxEvent.objects.filter(topic="comment.posted").count() == 2


def test_an_edit_takes_a_turn(say, reader, meanwhile):
    first = say("Спасибо, было интересно прочитать об этом.")
    meanwhile(lambda: edit_comment(comment=first, author=reader, text=TEXT))
    with pytest.raises(TextRefused):
        say(TEXT)


def test_a_refused_text_counts_for_one_sent_at_once(say, site, settings_of_site, meanwhile):
    settings_of_site.rates = [[1, 60]]
    settings_of_site.save()

    def too_long():
        with pytest.raises(TextRefused):
            say("а" * 3_001)

    meanwhile(too_long)
    with pytest.raises(TooFast):
        say(TEXT)
    assert not Comment.objects.exists()


def test_texts_of_others_take_no_turn(say, other_reader, meanwhile, django_assert_num_queries):
    say("Первый текст читает списки слов.")
    meanwhile(lambda: say("Другой текст о том же самом.", by=other_reader))
    with django_assert_num_queries(6):  # three of each
        say(TEXT)


def test_a_parent_that_is_removed_at_that_moment_gets_no_reply(
    say, other_reader, editor, rulebook, meanwhile
):
    parent = say("Начало разговора о школе", by=other_reader)
    removal = Decision(DecisionKind.REMOVE, rule_code="insults")
    meanwhile(lambda: decide(comment=parent, decision=removal, editor=editor))
    with pytest.raises(CannotReply):
        say(TEXT, parent=parent)
    assert Comment.objects.count() == 1


def test_a_reply_in_a_thread_that_nobody_has_opened(say, site, settings_of_site, other_reader):
    elsewhere = say("Начало разговора о школе", by=other_reader)
    with pytest.raises(NotFound):
        say(TEXT, parent=elsewhere, into=Thread(site=site, key="unopened"))
    assert not Thread.objects.filter(key="unopened").exists()


def test_requests_with_one_key_at_once_make_one_comment(say, meanwhile):
    made = []
    meanwhile(lambda: made.append(say(TEXT, key="k")))
    assert [say(TEXT, key="k")] == made
    assert Comment.objects.count() == 1
    assert IdempotencyKey.objects.get().object_id == made[0].pk


def test_another_request_with_the_key_at_that_moment(say, other_reader, meanwhile):
    meanwhile(lambda: say("Другой текст о том же самом.", key="k"))
    with pytest.raises(KeyReused):
        say(TEXT, key="k")


def test_a_key_whose_text_was_refused_may_be_used_again(say):
    with pytest.raises(TextRefused):
        say("а" * 3_001, key="k")
    assert say(TEXT, key="k") == say(TEXT, key="k")


def test_a_key_claimed_by_an_older_process_without_a_comment(say, reader, thread):
    say(TEXT, key="k")
    Comment.objects.all().delete()
    IdempotencyKey.objects.update(object_id=None)
    assert say(TEXT, key="k") == Comment.objects.get()


def test_one_who_is_too_slow_each_time_may_try_again(say, reader, monkeypatch):
    monkeypatch.setattr(posting, "insert_comment", lambda *_args, **_kwargs: None)
    with pytest.raises(Busy):
        say(TEXT)


def test_only_the_turn_after_the_given_one_is_taken(reader):
    assert take_turn(reader, after=0)
    assert not take_turn(reader, after=0)
    assert take_turn(reader)
    assert take_turn(reader, after=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM comments_authorturn")
        assert cursor.fetchall() == [(3,)]

"""Several people at once: real transactions in real threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actions import grant_role
from accounts.models import Role
from comments.actions import Decision, decide, post_comment, react, report_comment
from comments.models import Comment, ModerationEvent, Report, Thread
from comments.permissions import find_thread
from comments.reading.pages import PageQuery, thread_page
from comments.states import DecisionKind, ReactionKind, State
from comments.upkeep.counters import reconcile
from core.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run all at the same moment; what each returned, or the conflict it met."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def second_editor(site, other_reader):
    grant_role(user=other_reader, site=site, name=Role.Name.EDITOR, actor=None)
    return other_reader


def test_two_editors_decide_one_comment(thread, say, editor, second_editor, rulebook):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    held = say("Решайте")
    results = at_once(
        lambda: decide(
            comment=held,
            decision=Decision(DecisionKind.APPROVE),
            editor=editor,
            expected=State.HELD,
        ),
        lambda: decide(
            comment=held,
            decision=Decision(DecisionKind.REJECT, rule_code="insults"),
            editor=second_editor,
            expected=State.HELD,
        ),
    )
    refused = [result for result in results if isinstance(result, Conflict)]
    decided = Comment.objects.get()
    assert [conflict.extra["current"] for conflict in refused] == [decided.state]
    assert ModerationEvent.objects.get().to_state == decided.state


def test_editor_removes_what_is_being_answered(say, thread, other_reader, editor, rulebook):
    for number in range(5):
        parent = say(f"Корень {number}")
        at_once(
            lambda parent=parent: say(f"Ответ {parent.pk}", parent=parent, by=other_reader),
            lambda parent=parent: decide(
                comment=parent,
                decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
                editor=editor,
            ),
        )
    page = thread_page(Thread.objects.get(), PageQuery())
    shown = {c.id for b in page.branches for c in (b.comment, *b.replies)}
    published = Comment.objects.filter(state=State.PUBLISHED)
    assert {comment.pk for comment in published} <= shown
    assert page.count == published.count()


def test_first_comments_of_a_page_open_one_thread(site, settings_of_site, reader, other_reader):
    at_once(
        *(
            lambda person=person: post_comment(
                author=person, thread=find_thread("vesti", "новая"), text="Первый!"
            )
            for person in (reader, other_reader)
        )
    )
    assert Thread.objects.get().published_count == 2


def test_one_key_sent_twice_at_once_posts_once(say):
    first, second = at_once(*[lambda: say("Дважды", key="k")] * 2)
    assert first == second
    assert Comment.objects.count() == 1


def test_counters_hold_under_load_and_a_drift_is_put_right(say, editor, other_reader, thread):
    comment = say("Хорошо")
    at_once(
        *(lambda n=n: say(f"Текст номер {n}", by=other_reader) for n in range(4)),
        lambda: react(comment=comment, user=editor, kind=ReactionKind.UP),
        lambda: react(comment=comment, user=other_reader, kind=ReactionKind.UP),
    )
    comment.refresh_from_db()
    assert (comment.reaction_counts, Thread.objects.get().published_count, reconcile()) == (
        {"up": 2},
        5,
        0,
    )
    Thread.objects.update(published_count=7)
    Comment.objects.filter(pk=comment.pk).update(reaction_counts={"up": 9})
    assert (reconcile(), Thread.objects.get().published_count) == (2, 5)


def test_reports_at_once_count_once_each_and_hide_once(say, person, rulebook):
    comment = say("Дурак")
    crowd = [person(f"crowd-{number}@example.org", f"Читатель {number}") for number in range(3)]
    at_once(
        *(
            lambda who=who: report_comment(comment=comment, reporter=who, rule_code="insults")
            for who in [*crowd, crowd[0]]
        )
    )
    assert (Report.objects.count(), ModerationEvent.objects.get().to_state) == (3, "held")

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from comments.actions import (
    BulkTarget,
    Decision,
    decide,
    make_bulk_decision,
    resume_bulk_decision,
    undo_bulk_decision,
)
from comments.models import BulkDecisionItem, Comment, ModerationEvent
from comments.moderation import bulk
from comments.moderation.bulk import NothingToUndo
from comments.moderation.decisions import carry_out
from comments.states import BulkDecisionStatus, DecisionKind, State
from core.errors import InvalidInput
from core.models import OutboxEvent
from tests.support.outbox import fail_for_good, lose_queue, retry_parked, run_task, taken_tasks
from tests.support.people import new_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def remove_all(site, editor, rulebook, reader):
    def start(**which):
        which = which or {"author_id": reader.pk, "since": timezone.now() - timedelta(hours=1)}
        return make_bulk_decision(
            site=site,
            decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
            editor=editor,
            target=BulkTarget(**which),
        )

    return start


def states():
    return list(Comment.objects.order_by("id").values_list("state", flat=True))


def test_persons_comments_go_at_once_and_come_back_at_once(say, other_reader, remove_all, deliver):
    for number in range(3):
        say(f"Спам {number}")
    say("Не спам", by=other_reader)
    bulk_decision = remove_all()
    assert (bulk_decision.progress, bulk_decision.status) == (
        {"waiting": 3},
        BulkDecisionStatus.RUNNING,
    )
    deliver()
    bulk_decision.refresh_from_db()
    assert (bulk_decision.progress, bulk_decision.status) == ({"done": 3}, BulkDecisionStatus.DONE)
    assert states() == ["removed"] * 3 + ["published"]
    undo_bulk_decision(bulk_decision=bulk_decision, editor=bulk_decision.editor)
    deliver()
    assert states() == ["published"] * 4
    assert Comment.objects.first().thread.published_count == 4


def test_chosen_comments_that_are_held_are_not_removed(say, thread, remove_all):
    first = say("Один")
    thread.mode = "premoderated"
    thread.save()
    held = say("Ждёт")
    remove_all(ids=[first.pk, held.pk])
    assert [item.comment_id for item in BulkDecisionItem.objects.all()] == [first.pk]


def test_what_was_decided_otherwise_is_skipped(say, editor, remove_all, deliver):
    first, second = say("Один"), say("Два")
    bulk_decision = remove_all(ids=[first.pk, second.pk])
    decide(
        comment=first, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )
    decide(
        comment=first,
        decision=Decision(DecisionKind.RESTORE),
        editor=editor,
        expected=State.REMOVED,
    )
    decide(
        comment=second, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )
    deliver()
    undo_bulk_decision(bulk_decision=bulk_decision, editor=bulk_decision.editor)
    decide(
        comment=first,
        decision=Decision(DecisionKind.RESTORE),
        editor=editor,
        expected=State.REMOVED,
    )
    deliver()
    assert bulk_decision.progress == {"skipped": 1, "undone": 1}


def test_larger_than_a_portion_and_the_task_run_twice(say, remove_all, deliver, monkeypatch):
    monkeypatch.setattr("comments.moderation.bulk.CHUNK_SIZE", 2)
    for number in range(5):
        say(f"Спам {number}")
    bulk_decision = remove_all()
    deliver()
    assert bulk_decision.progress == {"done": 5}
    assert ModerationEvent.objects.count() == 5


def test_audit_log_names_another_editor_who_undoes_it(say, remove_all, other_editor, deliver):
    say()
    bulk_decision = remove_all()
    deliver()
    undo_bulk_decision(bulk_decision=bulk_decision, editor=other_editor)
    deliver()
    removed, undone = ModerationEvent.objects.order_by("id")
    assert (removed.actor, undone.actor) == (bulk_decision.editor, other_editor)


def test_unfinished_batch_is_not_undone(say, remove_all):
    say()
    bulk_decision = remove_all()
    with pytest.raises(NothingToUndo):
        undo_bulk_decision(bulk_decision=bulk_decision, editor=bulk_decision.editor)


def test_comments_of_another_publication_are_out_of_reach(say, site, rulebook):
    comment = say()
    other = type(site).objects.create(
        slug="other",
        name_ru="Другое",
        legal_name_ru="Другое",
        editor_in_chief_ru="Д",
        complaints_email="d@d.example",
    )
    editor = new_person("there@example.org", "Дина", role=Role.Name.EDITOR, site=other)
    with pytest.raises(InvalidInput):
        make_bulk_decision(
            site=other,
            decision=Decision(DecisionKind.RESTORE),
            editor=editor,
            target=BulkTarget(ids=[comment.pk]),
        )


@pytest.fixture
def broken(say, remove_all, monkeypatch):
    """Return a bulk decision, a function that breaks its chunks and one that repairs them."""
    monkeypatch.setattr(bulk, "CHUNK_SIZE", 2)
    decision = remove_all(ids=[say(f"Спам {number}").pk for number in range(3)])

    def fail(*_):
        raise RuntimeError("broken")

    def break_it():
        monkeypatch.setattr(bulk, "carry_out", fail)

    return decision, break_it, lambda: monkeypatch.setattr(bulk, "carry_out", carry_out)


@pytest.mark.usefixtures("_tasks_are_known")
def test_one_that_fails_says_so_and_goes_on_where_it_was(broken, deliver, browser, editor):
    decision, break_it, mend = broken
    (first_chunk,) = [task for task in taken_tasks() if "bulk" in task[0]]
    run_task(*first_chunk)
    break_it()
    fail_for_good()
    decision.refresh_from_db()
    assert (decision.status, states().count("removed")) == (BulkDecisionStatus.FAILED, 2)
    mend()
    page = browser(editor).get(f"/desk/bulk-decisions/{decision.pk}/").content.decode()
    assert "Произошла ошибка на нашей стороне" in page
    assert "hx-get" not in page
    browser(editor).post(f"/desk/bulk-decisions/{decision.pk}/resume/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.DONE, ["removed"] * 3)


@pytest.mark.parametrize("is_started_again_first", [True, False])
@pytest.mark.usefixtures("_tasks_are_known")
def test_one_started_again_while_an_administrator_retries_it_makes_one_chain(
    is_started_again_first, broken, deliver
):
    decision, break_it, mend = broken
    break_it()
    fail_for_good()
    mend()
    before = OutboxEvent.objects.filter(topic="bulk_decision.chunk_due").count()
    if is_started_again_first:
        resume_bulk_decision(bulk_decision=decision, editor=decision.editor)
        assert retry_parked() == 0
    else:
        assert retry_parked() == 1
        resume_bulk_decision(bulk_decision=decision, editor=decision.editor)
    deliver()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.DONE, ["removed"] * 3)
    # The one that started it again, and the one of the second chunk.
    assert OutboxEvent.objects.filter(topic="bulk_decision.chunk_due").count() == before + 2


@pytest.mark.usefixtures("_tasks_are_known")
def test_one_that_an_administrator_retries_goes_on(broken, deliver):
    decision, break_it, mend = broken
    break_it()
    fail_for_good()
    mend()
    retry_parked()
    deliver()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.DONE, ["removed"] * 3)


@pytest.mark.usefixtures("_tasks_are_known")
def test_undoing_that_fails_goes_on_with_undoing(say, remove_all, deliver, monkeypatch):
    decision = remove_all(ids=[say("Спам").pk])
    deliver()
    undo_bulk_decision(bulk_decision=decision, editor=decision.editor)

    def fail(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(bulk, "change_state", fail)
    fail_for_good()
    decision.refresh_from_db()
    assert decision.status == BulkDecisionStatus.FAILED
    monkeypatch.undo()
    resume_bulk_decision(bulk_decision=decision, editor=decision.editor)
    deliver()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.UNDONE, ["published"])


def test_one_whose_queue_is_lost_ends_all_the_same(say, remove_all, deliver):
    decision = remove_all(ids=[say("Спам").pk])
    lose_queue()
    deliver()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.DONE, ["removed"])


def test_chunks_that_run_twice_make_no_second_chain(say, remove_all, deliver_twice, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK_SIZE", 2)
    decision = remove_all(ids=[say(f"Спам {number}").pk for number in range(5)])
    deliver_twice()
    decision.refresh_from_db()
    assert (decision.status, states()) == (BulkDecisionStatus.DONE, ["removed"] * 5)
    assert OutboxEvent.objects.filter(topic="bulk_decision.chunk_due").count() == 3

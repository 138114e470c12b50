"""Bulk decisions: one act decides on many comments, a task carries it out in chunks."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import BulkDecision, BulkDecisionItem, Comment, ModerationEvent, Rule
from comments.models.decisions import Decision, DecisionDetails, stored_decision
from comments.moderation.decisions import AGAINST, carry_out, leads_to, possible, resolve
from comments.moderation.state_changes import Transition, change_state
from comments.querysets.comments import BulkTarget
from comments.states import (
    BULK_DECISION,
    BulkDecisionStatus,
    DecisionKind,
    ItemStatus,
    State,
)
from core import outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput
from core.models import Site

# The comments of a chunk stay locked until it commits, so that a chunk must be short.
CHUNK_SIZE = 100
MOST = 10_000
# What an editor chooses one by one.
_MOST_CHOSEN = 1_000


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    title = _("This bulk decision is not finished, or is undone already")


@bounded(decision=Bound(10_000), target=Bound(100, items=_MOST_CHOSEN))
@transaction.atomic(durable=True)
def make_bulk_decision(
    *, site: Site, decision: Decision, editor: User, target: BulkTarget
) -> BulkDecision:
    """Decide on all comments of `target` whose state allows the decision."""
    require(editor, Permission.MODERATE, site)
    decision = resolve(site, decision)
    items = _allowed(site, decision.kind, target)
    if not items:
        raise InvalidInput({"comments": [_("There is no comment that this could be done to.")]})
    bulk_decision = BulkDecision.objects.create(
        site=site, editor=editor, decision=decision.kind, **decision.columns()
    )
    BulkDecisionItem.objects.bulk_create(
        BulkDecisionItem(bulk_decision=bulk_decision, comment_id=pk, state=state)
        for pk, state in items
    )
    outbox.publish("bulk_decision.chunk_due", bulk_decision_id=bulk_decision.pk)
    return bulk_decision


@bounded(target=Bound(100, items=_MOST_CHOSEN))
def count_bulk_decision(*, site: Site, kind: DecisionKind, target: BulkTarget) -> int:
    """Return how many comments such a bulk decision would include now."""
    return len(_allowed(site, kind, target))


def _allowed(site: Site, kind: DecisionKind, target: BulkTarget) -> list[tuple[int, str]]:
    comments = Comment.objects.in_target(site, target)
    if not target.with_held and kind is DecisionKind.REMOVE:
        comments = comments.exclude(state=State.HELD)
    return [
        (pk, state)
        for pk, state in comments.values_list("pk", "state")[:MOST]
        # Whether a comment has open reports is asked when its turn comes: `carry_out` skips one
        # without, as there is nothing to keep it despite.
        if _kind_in(kind, State(state)) in possible(State(state), reported=True)
    ]


def _kind_in(kind: DecisionKind, state: State) -> DecisionKind:
    """Return the decision for a comment in `state`: a held one is rejected, not removed."""
    if kind == DecisionKind.REMOVE and state == State.HELD:
        return DecisionKind.REJECT
    return kind


@transaction.atomic(durable=True)
def undo_bulk_decision(*, bulk_decision: BulkDecision, editor: User) -> BulkDecision:
    """Start undoing it; comments that an editor has decided on since then keep their state."""
    require(editor, Permission.MODERATE, bulk_decision.site)
    bulk_decision = BulkDecision.objects.select_for_update(of=("self",)).get(pk=bulk_decision.pk)
    # Not left to the table of transitions: two clicks on "Undo" must not both succeed.
    if bulk_decision.status != BulkDecisionStatus.DONE:
        raise NothingToUndo
    bulk_decision.undone_by = editor
    _change_status(bulk_decision, BulkDecisionStatus.UNDOING)
    outbox.publish("bulk_decision.chunk_due", bulk_decision_id=bulk_decision.pk)
    return bulk_decision


@transaction.atomic(durable=True)
def resume_bulk_decision(*, bulk_decision: BulkDecision, editor: User) -> BulkDecision:
    """Go on with one that an error has stopped, with doing or with undoing it."""
    require(editor, Permission.MODERATE, bulk_decision.site)
    bulk_decision = BulkDecision.objects.select_for_update(of=("self",)).get(pk=bulk_decision.pk)
    if bulk_decision.status == BulkDecisionStatus.FAILED:
        _set_running(bulk_decision)
        outbox.publish_again("bulk_decision.chunk_due", bulk_decision_id=bulk_decision.pk)
    return bulk_decision


@transaction.atomic(durable=True)
def record_failure(*, bulk_decision_id: int) -> None:
    """Stop a bulk decision whose task has failed too often. Its chunks until then stay done."""
    bulk_decision = BulkDecision.objects.select_for_update(of=("self",)).get(pk=bulk_decision_id)
    if bulk_decision.status in {BulkDecisionStatus.RUNNING, BulkDecisionStatus.UNDOING}:
        _change_status(bulk_decision, BulkDecisionStatus.FAILED)


def _set_running(bulk_decision: BulkDecision) -> None:
    _change_status(
        bulk_decision,
        BulkDecisionStatus.UNDOING if bulk_decision.is_undoing else BulkDecisionStatus.RUNNING,
    )


def _change_status(bulk_decision: BulkDecision, to: BulkDecisionStatus) -> None:
    """The one place where the status of a bulk decision changes; run under the row's lock."""
    if BULK_DECISION.needs_change(BulkDecisionStatus(bulk_decision.status), to):
        bulk_decision.status = to
        bulk_decision.save(update_fields=["status", "undone_by"])


@transaction.atomic(durable=True)
def run_next_chunk(*, bulk_decision_id: int) -> None:
    """Carry out one chunk and publish the next one in the same transaction."""
    bulk_decision = (
        BulkDecision.objects.select_for_update(of=("self",))
        .select_related("site", "editor", "undone_by", "rule")
        .get(pk=bulk_decision_id)
    )
    # A repeated task would carry out another chunk, and start a second chain of chunks.
    if not outbox.once():
        return
    # An administrator has tried the event again, or a worker has come to it late.
    if bulk_decision.status == BulkDecisionStatus.FAILED:
        _set_running(bulk_decision)
    if bulk_decision.status == BulkDecisionStatus.RUNNING:
        _advance(bulk_decision, ItemStatus.WAITING, BulkDecisionStatus.DONE, _do)
    elif bulk_decision.status == BulkDecisionStatus.UNDOING:
        _advance(bulk_decision, ItemStatus.DONE, BulkDecisionStatus.UNDONE, _undo)


def _advance(
    bulk_decision: BulkDecision,
    waiting: ItemStatus,
    finished: BulkDecisionStatus,
    act: Callable[[BulkDecision, BulkDecisionItem], ItemStatus],
) -> None:
    chunk = list(bulk_decision.items.next_chunk(waiting, CHUNK_SIZE))
    for item in chunk:
        item.status = _apply(bulk_decision, item, act)
    BulkDecisionItem.objects.bulk_update(chunk, ["status"])
    # A full chunk may be the last one: then an empty one follows and finishes.
    if len(chunk) == CHUNK_SIZE:
        outbox.publish("bulk_decision.chunk_due", bulk_decision_id=bulk_decision.pk)
    else:
        _change_status(bulk_decision, finished)


def _apply(
    bulk_decision: BulkDecision,
    item: BulkDecisionItem,
    act: Callable[[BulkDecision, BulkDecisionItem], ItemStatus],
) -> ItemStatus:
    """Return what became of the item; a conflict skips this item and not the chunk."""
    # Actions check for conflicts before their first write, so nothing has to be rolled back here.
    try:
        return act(bulk_decision, item)
    except Conflict:
        return ItemStatus.SKIPPED


def _do(bulk_decision: BulkDecision, item: BulkDecisionItem) -> ItemStatus:
    kind = _kind_in(DecisionKind(bulk_decision.decision), State(item.state))
    decision = stored_decision(kind, bulk_decision.note, bulk_decision)
    result = carry_out(item.comment_id, decision, State(item.state), bulk_decision.editor)
    # Undoing must not touch a comment that another editor had brought to this state first.
    return ItemStatus.DONE if result.event else ItemStatus.SKIPPED


def _undo(bulk_decision: BulkDecision, item: BulkDecisionItem) -> ItemStatus:
    before = State(item.state)
    made = leads_to(_kind_in(DecisionKind(bulk_decision.decision), before), before)
    # Removed or rejected again, it needs its rule again: the author is shown the newest event's.
    rule = Rule.objects.last_applied(item.comment_id) if before in AGAINST else None
    change = Transition(
        action=ModerationEvent.Action.UNDONE,
        to=before,
        sources={made},
        actor=bulk_decision.undone_by,
        expected=made,
        details=DecisionDetails(rule=rule),
        stays=before == made,
    )
    change_state(item.comment_id, change)
    return ItemStatus.UNDONE

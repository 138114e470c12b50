"""Bulk decisions: chosen in one act, carried out by a task in portions, undone in one act."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Batch, BatchItem, Comment, ModerationEvent, Rule
from comments.moderation.decisions import AGAINST, Ruling, carry_out, leads_to, possible, rule_on
from comments.moderation.state_changes import Change, change_state
from comments.states import AuthorNotice, BatchStage, Decision, Placeholder, State
from core import outbox
from core.errors import Conflict, InvalidInput
from core.models import Site

PORTION = 100
MOST = 10_000

Fate = BatchItem.Fate


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    title = _("This bulk decision is not finished, or is undone already")


@transaction.atomic(durable=True)
def decide_in_bulk(
    *,
    site: Site,
    decision: Decision,
    editor: User,
    comment_ids: Collection[int] = (),
    author_id: int | None = None,
    since: datetime | None = None,
    rule_code: str = "",
    note: str = "",
    placeholder: Placeholder | None = None,
    author_notice: AuthorNotice | None = None,
    explanation: str = "",
) -> Batch:
    """Over a selection, or over all that a person has written `since`; where the decision makes
    no sense for a comment's state, it is left out."""
    ruling = rule_on(
        site,
        decision,
        rule_code=rule_code,
        note=note,
        placeholder=placeholder,
        author_notice=author_notice,
    )
    sensible = _sensible(site, decision, comment_ids, author_id, since)
    if not sensible:
        raise InvalidInput({"comments": [_("There is no comment that this could be done to.")]})
    batch = Batch.objects.create(
        site=site,
        editor=editor,
        decision=decision,
        rule=ruling.rule,
        note=note,
        placeholder=ruling.placeholder or "",
        author_notice=ruling.author_notice or "",
        explanation=explanation,
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, comment_id=pk, state=state) for pk, state in sensible
    )
    outbox.publish("batch.started", batch_id=batch.pk)
    return batch


def count_in_bulk(
    *,
    site: Site,
    decision: Decision,
    comment_ids: Collection[int] = (),
    author_id: int | None = None,
    since: datetime | None = None,
) -> int:
    """How many comments such a bulk decision would take in now."""
    return len(_sensible(site, decision, comment_ids, author_id, since))


def _sensible(
    site: Site,
    decision: Decision,
    comment_ids: Collection[int],
    author_id: int | None,
    since: datetime | None,
) -> list[tuple[int, str]]:
    chosen = Comment.objects.chosen(site, comment_ids, author_id, since)
    return [
        (pk, state)
        for pk, state in chosen.values_list("pk", "state")[:MOST]
        if decision in possible(State(state), reported=True)
    ]


@transaction.atomic(durable=True)
def undo_batch(*, batch: Batch, editor: User) -> Batch:
    """What somebody has decided otherwise since then stays as it is."""
    started = Batch.objects.filter(pk=batch.pk, stage=BatchStage.DONE).update(
        stage=BatchStage.UNDOING, undone_by=editor
    )
    if not started:
        raise NothingToUndo
    outbox.publish("batch.started", batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


@transaction.atomic(durable=True)
def carry_on(*, batch_id: int) -> None:
    """The next portion; the one after it is asked for in the same transaction."""
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("site", "editor", "undone_by", "rule")
        .get(pk=batch_id)
    )
    if batch.stage == BatchStage.RUNNING:
        _advance(batch, Fate.WAITING, BatchStage.DONE, _do)
    elif batch.stage == BatchStage.UNDOING:
        _advance(batch, Fate.DONE, BatchStage.UNDONE, _undo)


def _advance(
    batch: Batch,
    waiting: BatchItem.Fate,
    finished: BatchStage,
    act: Callable[[Batch, BatchItem], BatchItem.Fate],
) -> None:
    portion = list(batch.items.portion(waiting, PORTION))
    for item in portion:
        item.fate = _fate(batch, item, act)
    BatchItem.objects.bulk_update(portion, ["fate"])
    if len(portion) == PORTION:
        outbox.publish("batch.started", batch_id=batch.pk)
    else:
        batch.stage = finished
        batch.save(update_fields=["stage"])


def _fate(
    batch: Batch, item: BatchItem, act: Callable[[Batch, BatchItem], BatchItem.Fate]
) -> BatchItem.Fate:
    """A conflict is found before anything is written, so the portion goes on."""
    try:
        return act(batch, item)
    except Conflict:
        return Fate.SKIPPED


def _do(batch: Batch, item: BatchItem) -> BatchItem.Fate:
    ruling = Ruling(
        batch.note,
        batch.rule,
        Placeholder(batch.placeholder) if batch.placeholder else None,
        AuthorNotice(batch.author_notice) if batch.author_notice else None,
        batch.explanation,
    )
    seen = State(item.state)
    changed = carry_out(item.comment_id, Decision(batch.decision), seen, batch.editor, ruling)
    # What another editor brought there first is not ours to undo.
    return Fate.DONE if changed.event else Fate.SKIPPED


def _undo(batch: Batch, item: BatchItem) -> BatchItem.Fate:
    before = State(item.state)
    made = leads_to(Decision(batch.decision), before)
    rests_on_rule = before in AGAINST
    change = Change(
        action=ModerationEvent.Action.UNDONE,
        to=before,
        sources={made},
        actor=batch.undone_by,
        expected=made,
        rule=Rule.objects.last_applied(item.comment_id) if rests_on_rule else None,
        stays=before == made,
    )
    change_state(item.comment_id, change)
    return Fate.UNDONE

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.actions.changing import Change, change_state
from comments.models import Comment, ModerationEvent, Rule
from comments.models.threads import settings_of
from comments.states import State, Telling, Trace
from core.errors import InvalidInput
from core.models import Site


class Decision(TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    REMOVE = "remove", _("Remove")
    RESTORE = "restore", _("Restore")


@dataclass(frozen=True, slots=True)
class _Kind:
    action: ModerationEvent.Action
    sources: frozenset[State]
    to: State

    @property
    def is_against(self) -> bool:
        """Such a decision rests on a rule, and its author may be told."""
        return self.to in {State.REJECTED, State.REMOVED}


_Action = ModerationEvent.Action
_KINDS: Mapping[Decision, _Kind] = {
    Decision.APPROVE: _Kind(_Action.APPROVED, frozenset({State.HELD}), State.PUBLISHED),
    Decision.REJECT: _Kind(_Action.REJECTED, frozenset({State.HELD}), State.REJECTED),
    Decision.REMOVE: _Kind(_Action.REMOVED, frozenset({State.PUBLISHED}), State.REMOVED),
    Decision.RESTORE: _Kind(
        _Action.RESTORED, frozenset({State.REMOVED, State.REJECTED}), State.PUBLISHED
    ),
}


def possible(state: State) -> Sequence[Decision]:
    return [decision for decision, kind in _KINDS.items() if state in kind.sources]


@transaction.atomic(durable=True)
def decide(
    *,
    comment: Comment,
    decision: Decision,
    editor: User,
    expected: State | None = None,
    rule_code: str = "",
    note: str = "",
    trace: Trace | None = None,
    telling: Telling | None = None,
) -> Comment:
    """What is not said of `trace` and `telling`, the rule says, or else the publication."""
    kind = _KINDS[decision]
    site = comment.thread.site
    rule = _rule(site, rule_code) if kind.is_against else None
    change = Change(
        action=kind.action,
        to=kind.to,
        sources=kind.sources,
        actor=editor,
        expected=expected,
        rule=rule,
        note=note,
        trace=_trace(site, rule, trace) if kind.is_against else None,
        telling=_telling(site, rule, telling) if kind.is_against else None,
    )
    return change_state(comment.pk, change)


def _rule(site: Site, code: str) -> Rule:
    """The rule as the version in force has it."""
    rule = Rule.objects.in_force(site).filter(code=code).first()
    if rule is None:
        raise InvalidInput({"rule": [_("Choose the rule that this decision rests on.")]})
    return rule


def _trace(site: Site, rule: Rule | None, chosen: Trace | None) -> Trace:
    return Trace(chosen or (rule and rule.trace) or settings_of(site).trace)


def _telling(site: Site, rule: Rule | None, chosen: Telling | None) -> Telling:
    return Telling(chosen or (rule and rule.telling) or settings_of(site).telling)

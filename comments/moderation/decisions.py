"""Decisions of editors on single comments: what each kind does, and what a rule adds to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.emails.decision import comment_decided
from comments.models import Comment, EditorClaim, ModerationEvent, Report, Rule
from comments.models.decisions import Decision, DecisionDetails
from comments.models.email_settings import email_settings_of
from comments.models.threads import settings_of
from comments.moderation.complaints import forward_to_newsroom
from comments.moderation.state_changes import Transition, TransitionResult, change_state
from comments.states import AuthorNotice, DecisionKind, Placeholder, State
from core.bounds import Bound, bounded
from core.errors import InvalidInput
from core.models import Site
from core.states import ForbiddenTransition, StaleDecision

AGAINST = frozenset({State.REJECTED, State.REMOVED})
# The rule that a decision rests on without the editor choosing one.
_IMPLIED_RULES = {DecisionKind.FORWARD: "complaints"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of decision: its audit action, and the new state for each state that allows it."""

    action: ModerationEvent.Action
    steps: Mapping[State, State]

    def leads_to(self, state: State) -> State:
        """The state after the decision; a comment that is already there stays there."""
        if state in self.steps.values():
            return state
        if state not in self.steps:
            raise ForbiddenTransition(extra={"current": str(state)})
        return self.steps[state]


_Action = ModerationEvent.Action
_KINDS: Mapping[DecisionKind, _Kind] = {
    DecisionKind.APPROVE: _Kind(_Action.APPROVED, {State.HELD: State.PUBLISHED}),
    DecisionKind.REJECT: _Kind(_Action.REJECTED, {State.HELD: State.REJECTED}),
    DecisionKind.REMOVE: _Kind(_Action.REMOVED, {State.PUBLISHED: State.REMOVED}),
    DecisionKind.RESTORE: _Kind(
        _Action.RESTORED, {State.REMOVED: State.PUBLISHED, State.REJECTED: State.PUBLISHED}
    ),
    DecisionKind.FORWARD: _Kind(
        _Action.FORWARDED, {State.PUBLISHED: State.REMOVED, State.HELD: State.REJECTED}
    ),
    DecisionKind.KEEP: _Kind(_Action.KEPT, {State.PUBLISHED: State.PUBLISHED}),
}


def possible(state: State, *, reported: bool = False) -> Sequence[DecisionKind]:
    """The decisions that make sense in `state`; `reported` when the comment has open reports."""
    allowed = [kind for kind, table in _KINDS.items() if state in table.steps]
    return [kind for kind in allowed if reported or kind != DecisionKind.KEEP]


def leads_to(kind: DecisionKind, state: State) -> State:
    return _KINDS[kind].leads_to(state)


@bounded(decision=Bound(10_000))
@transaction.atomic(durable=True)
def decide(
    *, comment: Comment, decision: Decision, editor: User, expected: State | None = None
) -> Comment:
    """`expected` is the state that the editor saw; another one now raises `StaleDecision`.

    A repeated decision changes nothing. The same one under another rule is not a repeated one: it
    raises `StaleDecision`, too, because that rule is not recorded.
    """
    require(editor, Permission.MODERATE, comment.thread.site)
    # A caller that names no state has loaded the comment just now; a change since then is still
    # found under the lock.
    expected_state = expected or State(comment.state)
    decision = resolve(comment.thread.site, decision)
    result = carry_out(comment.pk, decision, expected_state, editor)
    comment = result.comment
    if result.event is None and decision.rule is not None:
        applied = Rule.objects.last_applied(comment.pk)
        if applied is None or applied.code != decision.rule.code:
            raise StaleDecision(extra={"current": str(comment.state)})
    EditorClaim.objects.filter(comment=comment).delete()
    return comment


def resolve(site: Site, decision: Decision) -> Decision:
    """Fill in the rule, and what the editor left to the rule or to the publication's settings."""
    if not _is_against(decision.kind):
        return decision.without_details()
    rule = rule_in_force(site, decision.rule_code or _IMPLIED_RULES.get(decision.kind, ""))
    return completed(site, decision, rule)


Details = TypeVar("Details", bound=DecisionDetails)


def completed(site: Site, details: Details, rule: Rule) -> Details:
    """Fill in what a decision under `rule` leaves to the rule or to the site's settings."""
    settings = settings_of(site)
    author_notice = details.author_notice or rule.author_notice or settings.author_notice
    # Article 17 of the Digital Services Act: an editor cannot choose to tell the author nothing.
    if email_settings_of(site).must_state_reasons(rule):
        author_notice = AuthorNotice.EMAIL
    return replace(
        details,
        rule=rule,
        placeholder=Placeholder(details.placeholder or rule.placeholder or settings.placeholder),
        author_notice=AuthorNotice(author_notice),
    )


def carry_out(
    comment_id: int, decision: Decision, expected_state: State, editor: User | None
) -> TransitionResult:
    """Carry out a resolved decision inside the transaction of an action, or of a bulk chunk."""
    kind = _KINDS[decision.kind]
    is_keep = decision.kind == DecisionKind.KEEP
    # Keeping answers reports; without an open one there is nothing to answer or to record.
    if is_keep and not Report.objects.open().filter(comment=comment_id).exists():
        return TransitionResult(Comment.objects.get(pk=comment_id), None)
    result = change_state(
        comment_id,
        Transition(
            action=kind.action,
            to=kind.leads_to(expected_state),
            sources=kind.steps.keys(),
            actor=editor,
            expected=expected_state,
            details=decision,
            stays=is_keep,
        ),
    )
    if result.event is not None:
        if result.event.action == ModerationEvent.Action.FORWARDED:
            forward_to_newsroom(result.comment, result.event)
        notify_author(result.comment, result.event)
    return result


def notify_author(comment: Comment, event: ModerationEvent) -> None:
    """Queue the e-mail about a decision, if there is to be one. A worker sends it later."""
    if event.author_notice == AuthorNotice.EMAIL:
        comment_decided(comment, event)


def _is_against(kind: DecisionKind) -> bool:
    return not AGAINST.isdisjoint(_KINDS[kind].steps.values())


def rule_in_force(site: Site, code: str) -> Rule:
    rule = Rule.objects.in_force(site).filter(code=code).select_related("version").first()
    if rule is None:
        raise InvalidInput({"rule": [_("Choose the rule that this decision rests on.")]})
    return rule

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.emails.decision import comment_decided
from comments.models import Claim, Comment, ModerationEvent, Report, Rule
from comments.models.email_settings import correspondence_of
from comments.models.threads import settings_of
from comments.moderation.complaints import forward_to_newsroom
from comments.moderation.state_changes import Transition, TransitionResult, change_state
from comments.states import AuthorNotice, Decision, Placeholder, State
from core.errors import InvalidInput
from core.models import Site
from core.states import ForbiddenTransition

AGAINST = frozenset({State.REJECTED, State.REMOVED})
# A decision that needs no choosing: its name says under which rule it falls.
_IMPLIED_RULES = {Decision.FORWARD: "complaints"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """`steps`: where it leads from each state that it makes sense in."""

    action: ModerationEvent.Action
    steps: Mapping[State, State]

    def leads_to(self, seen: State) -> State:
        """From the state that the editor saw; what is there already stays there."""
        if seen in self.steps.values():
            return seen
        if seen not in self.steps:
            raise ForbiddenTransition(extra={"state": str(seen)})
        return self.steps[seen]


_Action = ModerationEvent.Action
_KINDS: Mapping[Decision, _Kind] = {
    Decision.APPROVE: _Kind(_Action.APPROVED, {State.HELD: State.PUBLISHED}),
    Decision.REJECT: _Kind(_Action.REJECTED, {State.HELD: State.REJECTED}),
    Decision.REMOVE: _Kind(_Action.REMOVED, {State.PUBLISHED: State.REMOVED}),
    Decision.RESTORE: _Kind(
        _Action.RESTORED, {State.REMOVED: State.PUBLISHED, State.REJECTED: State.PUBLISHED}
    ),
    Decision.FORWARD: _Kind(
        _Action.FORWARDED, {State.PUBLISHED: State.REMOVED, State.HELD: State.REJECTED}
    ),
    Decision.KEEP: _Kind(_Action.KEPT, {State.PUBLISHED: State.PUBLISHED}),
}


def possible(state: State, *, reported: bool = False) -> Sequence[Decision]:
    sensible = [decision for decision, kind in _KINDS.items() if state in kind.steps]
    return [decision for decision in sensible if reported or decision != Decision.KEEP]


def leads_to(decision: Decision, seen: State) -> State:
    return _KINDS[decision].leads_to(seen)


@transaction.atomic(durable=True)
def decide(
    *,
    comment: Comment,
    decision: Decision,
    editor: User,
    expected: State | None = None,
    rule_code: str = "",
    note: str = "",
    placeholder: Placeholder | None = None,
    author_notice: AuthorNotice | None = None,
    explanation: str = "",
) -> Comment:
    """Decide on a comment. Raise `StaleDecision` unless the state is `expected`, which the editor
    saw. `note` goes into the audit log, `explanation` to the author.

    An empty `placeholder` or `author_notice` is taken from the rule, else from the site's settings.
    """
    seen = expected or State(comment.state)
    ruling = rule_on(
        comment.thread.site,
        decision,
        rule_code=rule_code,
        note=note,
        placeholder=placeholder,
        author_notice=author_notice,
        explanation=explanation,
    )
    comment = carry_out(comment.pk, decision, seen, editor, ruling).comment
    Claim.objects.filter(comment=comment).delete()
    return comment


@dataclass(frozen=True, slots=True)
class Ruling:
    """An editor's decision together with the defaults of its rule."""

    note: str
    rule: Rule | None = None
    placeholder: Placeholder | None = None
    author_notice: AuthorNotice | None = None
    explanation: str = ""


def rule_on(
    site: Site,
    decision: Decision,
    *,
    rule_code: str,
    note: str,
    placeholder: Placeholder | None,
    author_notice: AuthorNotice | None,
    explanation: str = "",
) -> Ruling:
    """Resolve a decision's defaults. Where the law requires a statement of reasons, it is
    e-mailed."""
    if not _is_against(decision):
        return Ruling(note)
    rule = rule_in_force(site, rule_code or _IMPLIED_RULES.get(decision, ""))
    settings = settings_of(site)
    if correspondence_of(site).must_state_reasons(rule):
        author_notice = AuthorNotice.EMAIL
    return Ruling(
        note,
        rule,
        Placeholder(placeholder or rule.placeholder or settings.placeholder),
        AuthorNotice(author_notice or rule.author_notice or settings.author_notice),
        explanation,
    )


def carry_out(
    comment_id: int, decision: Decision, seen: State, editor: User | None, ruling: Ruling
) -> TransitionResult:
    """Inside an action's transaction; also for each comment of a bulk decision."""
    kind = _KINDS[decision]
    if decision == Decision.KEEP and not Report.objects.open().filter(comment=comment_id).exists():
        return TransitionResult(Comment.objects.get(pk=comment_id), None)
    changed = change_state(
        comment_id,
        Transition(
            action=kind.action,
            to=kind.leads_to(seen),
            sources=kind.steps.keys(),
            actor=editor,
            expected=seen,
            rule=ruling.rule,
            note=ruling.note,
            placeholder=ruling.placeholder,
            author_notice=ruling.author_notice,
            explanation=ruling.explanation,
            stays=decision == Decision.KEEP,
        ),
    )
    if changed.event is not None:
        _tell(changed.comment, changed.event)
    return changed


def _tell(comment: Comment, event: ModerationEvent) -> None:
    if event.action == ModerationEvent.Action.FORWARDED:
        forward_to_newsroom(comment, event)
    if event.author_notice == AuthorNotice.EMAIL:
        comment_decided(comment, event)


def _is_against(decision: Decision) -> bool:
    return not AGAINST.isdisjoint(_KINDS[decision].steps.values())


def rule_in_force(site: Site, code: str) -> Rule:
    rule = Rule.objects.in_force(site).filter(code=code).select_related("version").first()
    if rule is None:
        raise InvalidInput({"rule": [_("Choose the rule that this decision rests on.")]})
    return rule

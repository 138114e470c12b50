from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Permission, can, require
from comments.emails.appeal import appeal_decided
from comments.models import Appeal, AppealEvent, Comment, ModerationEvent
from comments.models.decisions import Decision
from comments.models.email_settings import email_settings_of
from comments.moderation.appeal_status import change_appeal_status
from comments.moderation.decisions import AGAINST, carry_out
from comments.notifications.actions import notify_of_appeal
from comments.states import APPEAL, AppealStatus, AuthorNotice, DecisionKind, State
from core.audit import own_act_fields
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from core.models import Site

LONGEST = 3000


class NotAppealable(Conflict):
    code = "not_appealable"
    title = _("There is no decision here that could be appealed against")


class AppealPeriodOver(Conflict):
    code = "appeal_period_over"
    title = _("The time in which this decision could be appealed against is over")


class AlreadyAppealed(Conflict):
    code = "already_appealed"
    title = _("You have appealed against this decision already")


class AnotherEditorDecides(NotPermitted):
    code = "another_editor_decides"
    title = _("You took the decision yourself: another editor decides on the appeal")


@bounded(text=Bound(10_000))
@transaction.atomic(durable=True)
def make_appeal(*, comment: Comment, author: User, text: str) -> Appeal:
    """Once for each decision, while the publication allows it."""
    if comment.author_id != author.pk:
        raise NotFound
    # Under this lock the decision cannot be replaced by another one while the appeal is written.
    comment = _locked(comment.pk)
    decision = _standing_decision(comment)
    until = email_settings_of(comment.thread.site).appeal_until(decision)
    if until is None:
        raise NotAppealable
    if until < timezone.now():
        raise AppealPeriodOver
    _require_reasons(text)
    appeal, is_new = Appeal.objects.get_or_create(
        decision=decision, defaults={"comment": comment, "author": author, "text": text.strip()}
    )
    if not is_new:
        raise AlreadyAppealed
    AppealEvent.objects.create(
        appeal=appeal,
        action=AppealEvent.Action.MADE,
        to_status=AppealStatus.OPEN,
        **own_act_fields(author),
    )
    return appeal


def _locked(comment_id: int) -> Comment:
    return (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread__site__email_settings")
        .get(pk=comment_id)
    )


def _standing_decision(comment: Comment) -> ModerationEvent:
    """Return the decision in force. Raise NotFound when the author was not notified of it."""
    if State(comment.state) not in AGAINST:
        raise NotAppealable
    decision = comment.events.order_by("id").last()
    if decision is None or decision.author_notice == AuthorNotice.NONE:
        raise NotFound
    return decision


def _require_reasons(text: str) -> None:
    if not text.strip():
        raise InvalidInput({"text": [_("Say why you disagree.")]})
    if len(text) > LONGEST:
        raise InvalidInput({"text": [_("Please shorten it: at most 3000 characters fit.")]})


@bounded(answer=Bound(10_000), note=Bound(10_000))
@transaction.atomic(durable=True)
def decide_appeal(
    *, appeal: Appeal, editor: User, grant: bool, answer: str = "", note: str = ""
) -> Appeal:
    """Grant or decline an appeal; a repeated call changes nothing.

    Granting restores the comment by an ordinary decision. The author always gets an e-mail with
    `answer`; `note` goes into the audit log.
    """
    require(editor, Permission.MODERATE, appeal.comment.thread.site)
    to = AppealStatus.GRANTED if grant else AppealStatus.DECLINED
    # The comment before the appeal, as everywhere: another order would deadlock with a decision.
    comment = _locked(appeal.comment_id)
    appeal = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
    if not APPEAL.needs_change(AppealStatus(appeal.status), to, expected=AppealStatus.OPEN):
        return appeal
    is_same = _is_left_to_the_same(editor, appeal, comment.thread.site)
    # Article 20(5) of the Digital Services Act asks for a reasoned decision. Granting needs no
    # words: the comment is back.
    if not grant and not answer.strip():
        raise InvalidInput({"answer": [_("Tell the author why the decision stands.")]})
    appeal.decided_by, appeal.answer, appeal.same_editor = editor, answer.strip(), is_same
    saved = ["decided_by", "answer", "same_editor"]
    change_appeal_status(appeal, to, actor=editor, note=note, also_save=saved)
    restored = None
    if grant:
        expected_state = State(comment.state)
        restoring = Decision(DecisionKind.RESTORE, note=note)
        restored = carry_out(comment.pk, restoring, expected_state, editor).event
    notify_of_appeal(appeal, restored)
    appeal_decided(appeal)
    return appeal


def _is_left_to_the_same(editor: User, appeal: Appeal, site: Site) -> bool:
    """Return whether the same editor may decide the appeal, because the site has no other one."""
    if appeal.decision.actor_id != editor.pk:
        return False
    if others_decide(editor, site):
        raise AnotherEditorDecides
    return True


def others_decide(editor: User, site: Site) -> bool:
    """Return whether the site has another editor."""
    roles = Role.objects.filter(site=site).exclude(user=editor).select_related("user")
    return any(can(role.user, Permission.MODERATE, site) for role in roles)

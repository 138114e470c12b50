from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.actions import Subject, impose_sanction
from accounts.models import Sanction, User
from accounts.permissions import Permission, require
from accounts.states import SanctionStatus
from comments.emails.sanction import sanction_imposed, sanction_lifted
from comments.models import Comment, SanctionEmail
from comments.moderation.decisions import rule_in_force
from core.bounds import Bound, bounded
from core.models import Site


@bounded(subject=Bound(300), rule_code=Bound(50), message=Bound(10_000), note=Bound(10_000))
def impose_sanction_under_rule(
    *,
    site: Site,
    subject: Subject,
    kind: Sanction.Kind,
    editor: User,
    rule_code: str,
    comment: Comment | None = None,
    message: str = "",
    note: str = "",
    ends_at: datetime | None = None,
    by_email: bool = True,
) -> Sanction:
    """Impose a sanction under a rule in force, optionally because of `comment`. The person's
    comments keep their states: removing them is a separate decision."""
    require(editor, Permission.MODERATE, site)
    rule = rule_in_force(site, rule_code)
    # Accounts know no house rules: they keep the title as text, and here which rule of which
    # version it was.
    evidence = {
        "rule_id": rule.pk,
        "rule_code": rule.code,
        "rulebook_version": rule.version.number,
        "comment": comment.pk if comment else None,
    }
    return impose_sanction(
        site=site,
        kind=kind,
        subject=subject,
        rule_label=rule.title_ru,
        actor=editor,
        message=message,
        note=note,
        ends_at=ends_at,
        evidence=evidence,
        by_email=by_email,
    )


@transaction.atomic(durable=True)
def email_sanctioned_user(*, sanction_id: int, by_email: bool) -> None:
    """E-mail a user about a sanction, once even if the task runs again.

    One transaction writes the row and queues the e-mail."""
    sanction = Sanction.objects.select_related("site", "user").get(pk=sanction_id)
    row, is_first = SanctionEmail.objects.get_or_create(sanction=sanction)
    # Lifted before the task ran: the e-mail would say what is no longer true.
    if is_first and sanction.status != SanctionStatus.LIFTED:
        row.was_sent = sanction_imposed(sanction, by_email=by_email)
        row.save(update_fields=["was_sent"])


@transaction.atomic(durable=True)
def email_lifted_sanction(*, sanction_id: int) -> None:
    """E-mail a user that a sanction is over, once, if they were e-mailed when it was imposed."""
    emailed = SanctionEmail.objects.filter(
        sanction_id=sanction_id, was_sent=True, lifting_written_at=None
    )
    if emailed.update(lifting_written_at=timezone.now()):
        sanction_lifted(Sanction.objects.select_related("site", "user").get(pk=sanction_id))

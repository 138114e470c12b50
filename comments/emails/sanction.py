from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Sanction
from accounts.permissions import active_sanctions
from comments.emails.compose import page_of, send_to
from comments.models import Comment, Rule
from comments.models.email_settings import email_settings_of
from comments.states import Jurisdiction
from core import mail


@dataclass(frozen=True, slots=True)
class SanctionDetails:
    """`rule` and `comment` are those that the editor named, if any."""

    sanction: Sanction
    rule: Rule | None
    comment: Comment | None
    page: str
    by_dsa: bool


def sanction_imposed(sanction: Sanction, *, by_email: bool) -> bool:
    """E-mail the person, unless the editor or the site switched it off and the law allows that.

    False if nothing is sent."""
    email_settings = email_settings_of(sanction.site)
    by_dsa = email_settings.jurisdiction == Jurisdiction.DSA
    if sanction.user is None or not (by_dsa or (by_email and email_settings.emails_sanctions)):
        return False
    comment = _comment_of(sanction)
    details = SanctionDetails(
        sanction=sanction,
        rule=_rule_of(sanction),
        comment=comment,
        page=page_of(comment) if comment else "",
        by_dsa=by_dsa,
    )
    send_to(sanction.user, "sanction", sanction.site, {"details": details}, _options(sanction))
    return True


def sanction_lifted(sanction: Sanction) -> None:
    """E-mail the person that the editors have ended the sanction, and what is possible again."""
    context = {"sanction": sanction, "others": _is_still_restricted(sanction)}
    send_to(sanction.user, "sanction_lifted", sanction.site, context, _options(sanction))


def _is_still_restricted(sanction: Sanction) -> bool:
    """Return whether another sanction, also one on a whole domain, forbids the person something."""
    if sanction.user is None:
        return False
    others = active_sanctions(sanction.user, sanction.site, timezone.now())
    return any(other.kind != Sanction.Kind.WARNING for other in others)


def _options(sanction: Sanction) -> mail.Options:
    return mail.Options(thread=f"sanction-{sanction.pk}")


def _comment_of(sanction: Sanction) -> Comment | None:
    # The first event is the one that imposed it; `comments.moderation.sanctions` writes its
    # evidence.
    evidence = sanction.events.earliest("id").evidence
    return Comment.objects.filter(pk=evidence.get("comment"), site=sanction.site).first()


def _rule_of(sanction: Sanction) -> Rule | None:
    evidence = sanction.events.earliest("id").evidence
    return Rule.objects.filter(pk=evidence.get("rule_id"), version__site=sanction.site).first()

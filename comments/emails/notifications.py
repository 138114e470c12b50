from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from accounts.models import User
from comments import widget_tokens
from comments.emails.compose import absolute, send_to
from comments.models import Notice
from comments.states import NoticeKind
from core import mail
from core.models import Site

_SHOWN = 20


def send_notifications(user: User, site: Site, notices: Sequence[Notice], *, claim: UUID) -> None:
    """Queue one e-mail about all of `notices`; `claim` is the mark that they carry."""
    kinds = [kind for kind in NoticeKind if kind in {notice.kind for notice in notices}]
    unsubscribe = absolute("comments:unsubscribe", widget_tokens.for_unsubscribing(user, kinds))
    context = {
        "notices": notices[:_SHOWN],
        "count": len(notices),
        "more": len(notices[_SHOWN:]),
        "base": settings.BASE_URL,
        "list": absolute("comments:notices"),
        "choices": absolute("comments:notice-settings"),
        "unsubscribe": unsubscribe,
    }
    options = mail.Options(
        key=email_key(claim),
        # RFC 8058: mail programs offer a button that unsubscribes with one click.
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        on_sent=mail.Event("notices.emailed", {"claim": str(claim)}),
    )
    send_to(user, "notifications", site, context, options)


def email_key(claim: UUID) -> str:
    return f"notices-{claim.hex}"

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from accounts.models import User
from comments import widget_tokens
from comments.emails.compose import absolute, send_to
from comments.models import Notification
from comments.states import NotificationKind
from core import mail
from core.models import Site

_SHOWN = 20


def send_notifications(
    user: User, site: Site, notifications: Sequence[Notification], *, claim: UUID
) -> None:
    """Queue one e-mail about all of `notifications`; `claim` is the mark that they carry."""
    carried = {notification.kind for notification in notifications}
    kinds = [kind for kind in NotificationKind if kind in carried]
    threads = {notification.comment.thread_id for notification in notifications}
    # Only the kinds in this e-mail: who unsubscribes from mentions still wants replies.
    unsubscribe = absolute("comments:unsubscribe", widget_tokens.for_unsubscribing(user, kinds))
    context = {
        "notifications": notifications[:_SHOWN],
        "count": len(notifications),
        "more": len(notifications[_SHOWN:]),
        "discussions": len(threads),
        "base": settings.BASE_URL,
        "list": absolute("comments:notifications"),
        "choices": absolute("comments:notification-settings"),
        "unsubscribe": unsubscribe,
    }
    options = mail.Options(
        key=email_key(claim),
        # Several discussions in one e-mail belong to no conversation.
        thread=f"discussion-{min(threads)}" if len(threads) == 1 else "",
        list_name="discussions",
        # RFC 8058: mail programs offer a button that unsubscribes with one click.
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        on_sent=mail.Event("notifications.emailed", {"claim": str(claim)}),
    )
    send_to(user, "notifications", site, context, options)


def email_key(claim: UUID) -> str:
    return f"notifications-{claim.hex}"

"""A letter of notices: claimed in one transaction, sent in none, recorded in another.

A worker that is killed after the mail server has taken the letter and before that is recorded
sends it again when its claim has lapsed: at most one duplicate for each such death. Both have the
same Message-ID, by which many mail programs show but one.
"""

import hashlib
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.utils import DNS_NAME
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from accounts.models import User
from comments import widget_tokens
from comments.models import Notice
from comments.notifications.actions import claim_due, record_mailed, release
from comments.states import NoticeKind
from core.models import Site

_SHOWN = 20


def mail_due(*, person_id: int, site_id: int) -> None:
    person, site = User.objects.get(pk=person_id), Site.objects.get(pk=site_id)
    claim, notices = claim_due(person=person, site=site)
    if not notices:
        return
    with override(person.language), timezone.override(site.clock):
        message = _letter(person, site, notices)
    try:
        message.send()
    except (SMTPException, OSError):
        release(claim=claim)
        raise
    record_mailed(claim=claim)


def _letter(person: User, site: Site, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    kinds = [kind for kind in NoticeKind if kind in {notice.kind for notice in notices}]
    unsubscribing = _address("comments:unsubscribe", widget_tokens.for_unsubscribing(person, kinds))
    subject = _subject(site, notices)
    context = {
        "site": site,
        "subject": subject,
        "notices": notices[:_SHOWN],
        "more": len(notices[_SHOWN:]),
        "base": settings.BASE_URL,
        "list": _address("comments:notices"),
        "choices": _address("comments:notice-settings"),
        "unsubscribe": unsubscribing,
    }
    message = EmailMultiAlternatives(
        subject,
        render_to_string("comments/mail/notices.txt", context).strip() + "\n",
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribing}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": _message_id(notices),
        },
    )
    message.attach_alternative(render_to_string("comments/mail/notices.html", context), "text/html")
    return message


def _subject(site: Site, notices: Sequence[Notice]) -> str:
    if len(notices) > 1:
        said = ngettext("%(site)s: %(n)d notice", "%(site)s: %(n)d notices", len(notices))
        return said % {"site": site, "n": len(notices)}
    notice = notices[0]
    title = {"title": " ".join(str(notice.comment.thread).split())}
    if notice.kind == NoticeKind.REPLY:
        return gettext("An answer to your comment: %(title)s") % title
    if notice.kind == NoticeKind.MENTION:
        return gettext("You are mentioned: %(title)s") % title
    return gettext("About your comment: %(title)s") % title


def _address(name: str, *args: str) -> str:
    path = reverse(name, args=args)
    return f"{settings.BASE_URL}{path}"


def _message_id(notices: Sequence[Notice]) -> str:
    said = ",".join(str(notice.pk) for notice in notices).encode()
    return f"<notices.{hashlib.sha256(said).hexdigest()[:32]}@{DNS_NAME}>"

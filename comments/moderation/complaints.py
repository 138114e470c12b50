"""Complaints about the publication's own work: numbered, stored and e-mailed once."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.emails.complaint import confirm_receipt, email_key, render_complaint
from comments.emails.complaint import send_complaint as send_email
from comments.models import Comment, Complaint, ComplaintEvent, ModerationEvent, Thread
from comments.page_urls import CommentedPage, belongs_to, without_tracking
from comments.states import ComplaintSource
from core import email_addresses, limits, mail
from core.audit import actor_fields, own_act_fields
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput, TooManyRequests
from core.idempotency import KeyReused
from core.limits import Limit
from core.models import Site

LONGEST = 10_000
# By a reader in a day; by strangers, whose names cost nothing, to one publication in a day.
MOST_BY_READER, MOST_BY_STRANGERS = 20, 200
_BY_STRANGERS = Limit(act="complaint", seconds=3600, per_network=5)
# A newsroom or a school is one network.
_BY_READERS = Limit(act="complaint-of-reader", seconds=3600, per_network=100)
_LATER = _("Too many complaints have come from you. Write to %(email)s, or come back tomorrow.")


class EmailAlreadySent(Conflict):
    code = "email_already_sent"
    title = _("The e-mail has already been sent")


@dataclass(frozen=True, slots=True)
class Sender:
    """A reader, or an anonymous visitor with the `email` they typed. `ip` is the IP address of the
    request."""

    user: User | None
    name: str
    email: str
    address: str


@bounded(text=Bound(4 * LONGEST), sender=Bound(1_000), page=Bound(1_000))
def send_complaint(
    *,
    site: Site,
    text: str,
    sender: Sender,
    page: CommentedPage | None = None,
    thread: Thread | None = None,
    comment: Comment | None = None,
    key: uuid.UUID | None = None,
) -> Complaint:
    """Send a complaint. Repeating a `key` returns the complaint that it created."""
    text = text.replace("\x00", "").strip()
    if earlier := _sent_before(site, key):
        return _the_same(earlier, text, sender)
    _require_text(text)
    if sender.user is None:
        sender = replace(sender, email=_reachable(sender.email))
    # Before the lock, so that those who are refused do not wait for it with those who are not.
    _count(site, sender)
    _require_patience(site, sender)
    page = _page_of(site, page, thread)
    complaint = Complaint(
        source=ComplaintSource.FORM,
        author=sender.user,
        name=sender.name,
        email=sender.email,
        # A thread without comments that was never set up has no row to refer to.
        thread=thread if thread and thread.is_opened else None,
        page_title=page.title,
        page_url=page.url,
        text=text,
        comment=comment,
        key=key or uuid.uuid4(),
    )
    with transaction.atomic(durable=True):
        # Numbers follow each other without a gap, one key finds one complaint, and of two sent at
        # once the second is counted after the first.
        complaint.site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if earlier := _sent_before(site, key):
            return _the_same(earlier, text, sender)
        _require_patience(site, sender)
        lodged = _lodge(complaint, ComplaintEvent.Action.RECEIVED, sender.user)
        if sender.user is not None or not _was_confirmed_lately(lodged):
            confirm_receipt(lodged)
    return lodged


def _sent_before(site: Site, key: uuid.UUID | None) -> Complaint | None:
    return Complaint.objects.filter(site=site, key=key).first() if key else None


def _page_of(site: Site, page: CommentedPage | None, thread: Thread | None) -> CommentedPage:
    """Return the page to name in the e-mail. Stored page metadata wins over the request's, and a
    URL outside the site's origins is dropped."""
    if thread is not None and thread.is_opened and thread.title:
        return CommentedPage(thread.title, thread.url)
    if page is not None and belongs_to(site, page.url):
        return replace(page, url=without_tracking(page.url))
    return CommentedPage("", "")


def forward_to_newsroom(comment: Comment, decision: ModerationEvent) -> Complaint:
    """Inside the transaction of the decision, which it can follow once."""
    thread = comment.thread
    # An erased person has no e-mail address that the newsroom could answer to.
    author = comment.author if comment.author and comment.author.is_active else None
    complaint = Complaint(
        site=Site.objects.select_for_update(no_key=True).get(pk=thread.site_id),
        source=ComplaintSource.COMMENT,
        author=author,
        name=author.display_name if author else "",
        email=author.email if author else "",
        thread=thread,
        page_title=thread.title,
        page_url=thread.url,
        text=decision.revision.text,
        comment=comment,
        decision=decision,
    )
    return _lodge(complaint, ComplaintEvent.Action.FORWARDED, decision.actor, decision.note)


def _lodge(
    complaint: Complaint, action: ComplaintEvent.Action, actor: User | None, note: str = ""
) -> Complaint:
    """Under the lock of the publication."""
    highest = Complaint.objects.filter(site=complaint.site).aggregate(highest=Max("number"))
    complaint.number = (highest["highest"] or 0) + 1
    # Stored exactly as sent: later settings and templates must not change
    # what the desk shows.
    complaint.sent_to = complaint.site.complaints_email
    complaint.created_at = timezone.now()
    content = render_complaint(complaint)
    complaint.subject = content.subject
    complaint.email_text, complaint.email_html = content.text, content.html
    complaint.save()
    is_own = actor is not None and actor == complaint.author
    who = own_act_fields(actor) if is_own else actor_fields(actor)
    ComplaintEvent.objects.create(complaint=complaint, action=action, note=note, **who)
    send_email(complaint)
    return complaint


def _the_same(earlier: Complaint, text: str, sender: Sender) -> Complaint:
    if (earlier.text, earlier.email) != (text, sender.email):
        raise KeyReused
    return earlier


def _require_text(text: str) -> None:
    if not text:
        raise InvalidInput({"text": [_("Write what is wrong.")]})
    if len(text) > LONGEST:
        message = _("At most %(limit)s characters fit; send longer ones by e-mail.")
        raise InvalidInput({"text": [str(message) % {"limit": LONGEST}]})


def _reachable(email: str) -> str:
    email = email_addresses.normalise(email)
    try:
        email_addresses.check(email)
    except ValidationError as error:
        raise InvalidInput({"email": [*error.messages]}) from error
    return email


def _count(site: Site, sender: Sender) -> None:
    # An address typed by a stranger proves nothing, so strangers are counted by network, and all
    # together.
    limit = _BY_STRANGERS if sender.user is None else _BY_READERS
    limits.count(limit, ip=sender.address, refusal=_later(site))


def _later(site: Site) -> str:
    return str(_LATER) % {"email": site.complaints_email}


def _require_patience(site: Site, sender: Sender) -> None:
    lately = Complaint.objects.filter(
        site=site, source=ComplaintSource.FORM, created_at__gte=_a_day_ago()
    )
    if sender.user is not None:
        if lately.filter(author=sender.user).count() >= MOST_BY_READER:
            raise TooManyRequests(_later(site))
    elif lately.filter(author=None).count() >= MOST_BY_STRANGERS:
        raise TooManyRequests(_later(site))


def _was_confirmed_lately(complaint: Complaint) -> bool:
    """Return whether this address got a receipt today, so that the form cannot flood a mailbox."""
    others = Complaint.objects.filter(
        site=complaint.site, author=None, created_at__gte=_a_day_ago()
    ).exclude(pk=complaint.pk)
    return others.filter(email__iexact=complaint.email).exists()


def _a_day_ago() -> datetime:
    return timezone.now() - timedelta(days=1)


@transaction.atomic(durable=True)
def record_sent(*, complaint_id: int) -> None:
    sent = Complaint.objects.filter(pk=complaint_id, sent_at=None).update(sent_at=timezone.now())
    if sent:
        ComplaintEvent.objects.create(
            complaint_id=complaint_id, action=ComplaintEvent.Action.SENT, **actor_fields(None)
        )


@transaction.atomic(durable=True)
def record_failure(*, complaint_id: int, reason: str) -> None:
    Complaint.objects.filter(pk=complaint_id, sent_at=None).update(
        failed_at=timezone.now(), failure=reason[:300]
    )


@transaction.atomic(durable=True)
def resend_complaint(*, complaint: Complaint, editor: User) -> Complaint:
    """Queue the unsent e-mail of a complaint again, to the publication's present address.

    Raises `EmailAlreadySent` while a worker has the e-mail, so that it is never sent twice."""
    require(editor, Permission.MODERATE, complaint.site)
    complaint = (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("site")
        .get(pk=complaint.pk)
    )
    if complaint.sent_at is not None or not complaint.email_text:
        raise EmailAlreadySent
    complaint.sent_to = complaint.site.complaints_email
    complaint.save(update_fields=["sent_to"])
    if not send_email(complaint):
        raise EmailAlreadySent
    ComplaintEvent.objects.create(
        complaint=complaint, action=ComplaintEvent.Action.RESENDING, **actor_fields(editor)
    )
    return complaint


@transaction.atomic(durable=True)
def resend_waiting() -> None:
    """Queue again the complaints of an hour ago and earlier whose e-mail the queue has given up."""
    hour_ago = timezone.now() - timedelta(hours=1)
    unsent = {email_key(one.pk): one for one in Complaint.objects.waiting_since(hour_ago)}
    for key in unsent.keys() - mail.waiting(unsent):
        send_email(unsent[key])

"""Create and claim notifications. Tasks may repeat, so each notification is created only once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from comments.emails.notifications import email_key, send_notifications
from comments.models import Appeal, Comment, ModerationEvent, Notification, NotificationChoice
from comments.notifications.preferences import can_be_notified, due_at, frequencies_of, has_muted
from comments.states import AuthorNotice, Frequency, NotificationKind, State
from comments.text.mentions import people_mentioned
from core import mail, outbox
from core.models import Site

_AGAINST = {State.REJECTED, State.REMOVED}


@transaction.atomic(durable=True)
def notify_of_comment(*, comment_id: int) -> None:
    """Notify the person answered and the people mentioned. An edit notifies only added mentions."""
    comment = Comment.objects.select_related(
        "author", "thread__site", "in_reply_to__author", "parent__author"
    ).get(pk=comment_id)
    if comment.state != State.PUBLISHED or comment.author is None:
        return
    answered = comment.in_reply_to or comment.parent
    if answered is not None and answered.author is not None:
        _tell(answered.author, NotificationKind.REPLY, comment)
    for person in User.objects.filter(pk__in=people_mentioned(comment.text, comment.thread)):
        # A person who is answered and mentioned gets one notification, about the reply.
        if answered is None or person != answered.author:
            _tell(person, NotificationKind.MENTION, comment)


@transaction.atomic(durable=True)
def notify_of_decision(*, event_id: int) -> None:
    """The author, of what others have decided, unless the editors chose silence."""
    event = ModerationEvent.objects.select_related("comment__author", "comment__thread__site").get(
        pk=event_id
    )
    author = event.comment.author
    if author is None or event.actor_id in {None, author.pk} or not _is_told(event, author):
        return
    _tell(author, NotificationKind.DECISION, event.comment, event)


def notify_of_appeal(appeal: Appeal, restored: ModerationEvent | None) -> None:
    """Notify the author within the transaction that decides the appeal. The appeal has a separate
    e-mail, so this notification sends none, nor does the restored comment."""
    author, site = appeal.author, appeal.comment.thread.site
    if not can_be_notified(author, site, timezone.now()):
        return
    notification = Notification(
        person=author,
        kind=NotificationKind.DECISION,
        comment=appeal.comment,
        event=restored,
        appeal=appeal,
    )
    Notification.objects.bulk_create([notification], ignore_conflicts=True)


@transaction.atomic(durable=True)
def mark_read(*, person: User, up_to: int) -> None:
    """All that the person has seen, down from the newest."""
    unread = Notification.objects.filter(person=person, pk__lte=up_to).unread()
    unread.update(read_at=timezone.now())


@transaction.atomic(durable=True)
def choose_email_frequencies(*, person: User, chosen: Mapping[NotificationKind, Frequency]) -> None:
    """Store the e-mail frequencies and reschedule waiting notifications accordingly."""
    now = timezone.now()
    for kind, frequency in chosen.items():
        NotificationChoice.objects.update_or_create(
            person=person, kind=kind, defaults={"frequency": frequency}
        )
        waiting = Notification.objects.filter(person=person, kind=kind, mailed_at=None)
        claims = waiting.values_list("claim", flat=True)
        _take_back({email_key(claim): claim for claim in claims if claim is not None})
        # By site, because digests go out at nine in the site's own time zone.
        for site in Site.objects.all():
            due = waiting.filter(comment__site=site).exclude(due_at=None)
            due.update(due_at=due_at(frequency, now, site))


@transaction.atomic(durable=True)
def queue_email(*, person_id: int, site_id: int) -> None:
    """Queue one e-mail with everything that is due for a person; nothing if nothing is."""
    person, site = User.objects.get(pk=person_id), Site.objects.get(pk=site_id)
    claim, notifications = claim_due(person=person, site=site)
    if notifications:
        send_notifications(person, site, notifications, claim=claim)


@transaction.atomic
def claim_due(*, person: User, site: Site) -> tuple[UUID, list[Notification]]:
    """Claim the notifications due for one e-mail and drop those that no longer apply."""
    now, claim = timezone.now(), uuid4()
    due = Notification.objects.due(now).filter(person=person, comment__site=site).values("pk")
    # The conditions are on the row itself too: PostgreSQL checks them again once it has the lock.
    Notification.objects.due(now).filter(pk__in=due).update(claim=claim)
    claimed = list(Notification.objects.filter(claim=claim).for_list().order_by("id"))
    due_notifications = [notification for notification in claimed if _still(notification, now)]
    dropped = [notification.pk for notification in claimed if notification not in due_notifications]
    Notification.objects.filter(pk__in=dropped).update(due_at=None)
    return claim, due_notifications


@transaction.atomic(durable=True)
def record_mailed(*, claim: UUID) -> None:
    claimed = Notification.objects.filter(claim=claim, mailed_at=None).exclude(due_at=None)
    claimed.update(mailed_at=timezone.now())


def _take_back(queued: Mapping[str, UUID]) -> None:
    """Take back e-mails that wait, by their keys, so that a new choice counts for them too."""
    free = [queued[key] for key in mail.cancel(queued)]
    Notification.objects.filter(claim__in=free).update(claim=None)


def _tell(
    person: User, kind: NotificationKind, comment: Comment, event: ModerationEvent | None = None
) -> None:
    site, now = comment.thread.site, timezone.now()
    is_own = kind != NotificationKind.DECISION and person == comment.author
    if (
        is_own
        or not can_be_notified(person, site, now)
        or has_muted(person, _teller(comment, kind))
    ):
        return
    # An author who gets an e-mail about the decision itself needs no second one.
    has_email = event is not None and event.author_notice == AuthorNotice.EMAIL
    due = None if has_email else due_at(frequencies_of(person)[kind], now, site)
    notification = Notification(person=person, kind=kind, comment=comment, event=event, due_at=due)
    Notification.objects.bulk_create([notification], ignore_conflicts=True)
    if due is not None and due <= now:
        outbox.publish("notification.due", person_id=person.pk, site_id=site.pk)


def _teller(comment: Comment, kind: NotificationKind) -> User | None:
    return None if kind == NotificationKind.DECISION else comment.author


def _is_told(event: ModerationEvent, author: User) -> bool:
    if event.to_state in _AGAINST:
        return event.author_notice != AuthorNotice.NONE
    if event.to_state != State.PUBLISHED:
        return False
    # Of a comment's return only those hear who have heard of its removal, or who waited.
    told_before = Notification.objects.filter(
        person=author, comment=event.comment, kind=NotificationKind.DECISION
    )
    return event.from_state == State.HELD or told_before.exists()


def _still(notification: Notification, now: datetime) -> bool:
    """Return whether the notification still applies when the digest is sent."""
    person, comment = notification.person, notification.comment
    if notification.read_at is not None or not can_be_notified(person, comment.thread.site, now):
        return False
    if notification.kind == NotificationKind.DECISION:
        return notification.event is not None and comment.state == notification.event.to_state
    return comment.state == State.PUBLISHED and not has_muted(person, comment.author)


def unsubscribe(*, person_id: int, kinds: Collection[NotificationKind]) -> None:
    """Stop e-mails of these kinds, by the link in an e-mail. A repeated call changes nothing."""
    person = User.objects.get(pk=person_id)
    choose_email_frequencies(person=person, chosen=dict.fromkeys(kinds, Frequency.NEVER))

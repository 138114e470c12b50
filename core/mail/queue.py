"""Writing to the queue, in the transaction of the act that the e-mail is about."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import outbox
from core.mail.render import Content
from core.models import Email, Site

# As long as mail servers themselves go on trying (RFC 5321, section 4.5.4.1).
TRIED_FOR = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Event:
    """An outbox event: its topic and the ids that its tasks take."""

    topic: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the default storage, read when the e-mail is sent: the queue keeps no copies."""

    stored_as: str
    filename: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Options:
    """Options that only some e-mails need.

    `key` names the e-mail: the same key never goes out twice. Without a `reply_to`, answers go to
    the publication's address for complaints. `thread` names what several e-mails are about, such
    as `comment-7`: mail programs show those with the same name as one conversation. `list_name`
    becomes the List-Id, for e-mails that many people get and may unsubscribe from. `metadata` comes
    back with a bounce from the mail provider. `on_sent` is published in the transaction that
    records the sending; `on_failure` after each try that failed, with `reason` and `is_final` added
    to it.
    """

    key: str = ""
    useful_for: timedelta = TRIED_FOR
    reply_to: str = ""
    thread: str = ""
    list_name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()
    on_sent: Event | None = None
    on_failure: Event | None = None


_DEFAULTS = Options()


def enqueue(*, to: str, site: Site, content: Content, options: Options = _DEFAULTS) -> bool:
    """Queue a rendered e-mail; False if one with this key has been sent already.

    While one with this key waits, the new one takes its place.
    """
    return _write(to, site, options, asdict(content))


def enqueue_template(
    *,
    to: str,
    site: Site,
    language: str,
    template: str,
    context: Mapping[str, str],
    options: Options = _DEFAULTS,
) -> bool:
    """Queue an e-mail that the worker renders, so that the caller takes equally long for all.

    Rendering in the request would tell a stranger, by its time, whether an address has an account.
    """
    return _write(
        to,
        site,
        options,
        {"template": template, "language": language, "context": dict(context)},
    )


def waiting(keys: Collection[str]) -> set[str]:
    """Return those of `keys` whose e-mails are queued and not sent yet."""
    return set(Email.objects.unsent().filter(key__in=keys).values_list("key", flat=True))


def cancel(keys: Collection[str]) -> list[str]:
    """Take back e-mails that wait; returns the keys of those that no worker has in hand.

    One that a worker is sending right now may still arrive; it is not tried again.
    """
    return _cancel(Q(key__in=keys))


def forget(*, to: str) -> None:
    """Cancel all e-mails that wait for an address."""
    _cancel(Q(to__iexact=to))


@transaction.atomic
def _write(to: str, site: Site, options: Options, content: Mapping[str, Any]) -> bool:
    now = timezone.now()
    key = options.key or uuid.uuid4().hex
    earlier = Email.objects.select_for_update().filter(key=key).first()
    # A task of the outbox may run twice; the key makes the second run harmless.
    if earlier is not None and earlier.sent_at is not None:
        return False
    email, _created = Email.objects.update_or_create(
        key=key,
        defaults={
            "to": to,
            "site": site,
            "reply_to": options.reply_to,
            "thread": options.thread,
            "list_name": options.list_name,
            "headers": dict(options.headers),
            "metadata": dict(options.metadata),
            "attachments": [asdict(attachment) for attachment in options.attachments],
            "on_sent": _as_json(options.on_sent),
            "on_failure": _as_json(options.on_failure),
            "expires_at": now + options.useful_for,
            "next_at": now,
            **content,
        },
    )
    outbox.publish("email.queued", email_id=email.pk)
    return True


def _as_json(event: Event | None) -> dict[str, Any] | None:
    if event is None:
        return None
    # Fail in the caller's transaction, and not in the worker after the e-mail has gone out.
    if event.topic not in outbox.routes():
        raise outbox.UnknownTopic(event.topic)
    return asdict(event)


@transaction.atomic
def _cancel(which: Q) -> list[str]:
    now = timezone.now()
    waiting = Email.objects.unsent().filter(which)
    # Locked in one order, so that two callers never wait for each other.
    emails = list(waiting.select_for_update().order_by("pk"))
    free = [email for email in emails if not email.is_claimed(now)]
    held = [email.pk for email in emails if email.is_claimed(now)]
    # Deleting the row would not stop the worker that is sending it, and would lose its record.
    Email.objects.filter(pk__in=held).update(expires_at=now)
    Email.objects.filter(pk__in=[email.pk for email in free]).delete()
    return [email.key for email in free]

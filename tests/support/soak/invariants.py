"""Compare what the product has with what it promised."""

import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from datetime import timedelta

from celery import current_app
from django.db.models import Count
from django.db.models.functions import Now
from django.utils import timezone

from certificates import signing
from certificates.emails import document_key
from certificates.models import (
    Application,
    Certificate,
    CertificateEvent,
    Import,
    ImportRow,
    NumberCounter,
)
from certificates.verification import verify
from comments.models import Comment, ModerationEvent, Revision, Thread
from core.models import Email, OutboxEvent
from core.querysets import CLAIM_LAPSES

_SECONDS_TO_DRAIN = 180
# Longer than a task of the load takes, also on a busy machine.
_ABANDONED_AFTER = 6  # seconds


@dataclass
class Findings:
    """The broken promises, a line for each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    let_in: list[str] = field(default_factory=list)
    # Anything else: an audit log that contradicts its subject, a document that does not verify.
    contradictions: list[str] = field(default_factory=list)

    def all(self):
        return [f"{one.name}: {line}" for one in fields(self) for line in getattr(self, one.name)]


def drain(stack):
    """Wait until every event is done and every e-mail sent; return those that are not.

    The pauses of the product add up to hours. They are cut short for work without a worker: it
    has failed, or the worker that took it is dead.
    """
    deadline = time.monotonic() + _SECONDS_TO_DRAIN
    next_hastening = time.monotonic()
    # E-mails first: an event follows each that is sent, in the same transaction. A parked event
    # waits for an administrator, so it is not waited for here.
    while Email.objects.unsent().exists() or OutboxEvent.objects.undone().exists():
        if time.monotonic() > deadline:
            break
        if time.monotonic() > next_hastening:
            _hasten(stack)
            next_hastening = time.monotonic() + 3
        time.sleep(0.2)
    return unfinished_work()


def unfinished_work():
    """Return a line for each event that is not done and each e-mail that is not sent."""
    events = OutboxEvent.objects.filter(done_at=None)
    emails = Email.objects.unsent()
    return [
        *(f"{one.topic} {one.payload} {one.last_error}" for one in events[:20]),
        *(f"e-mail {one.key}" for one in emails[:20]),
    ]


def _hasten(stack):
    """Do what time would do."""
    now = timezone.now()
    undone = OutboxEvent.objects.undone().filter(next_try_at__gt=Now())
    undone.filter(dispatched_at=None).update(next_try_at=Now())
    abandoned = now - timedelta(seconds=_ABANDONED_AFTER)
    if stack.has_empty_queues():
        undone.filter(dispatched_at__lt=abandoned).update(next_try_at=Now())
    emails = Email.objects.unsent()
    emails.filter(claimed_until__lt=abandoned + CLAIM_LAPSES).update(claimed_until=None)
    emails.filter(claimed_until=None, next_at__gt=now).update(next_at=now)
    if emails.filter(claimed_until=None).exists():
        # As beat does every fifteen seconds.
        with current_app.connection_for_write(stack.broker.url) as broker:
            current_app.send_task("core.tasks.send_due_emails", connection=broker, retry=False)


def compare(stack, journal, scenery):
    """Return what broke since the journal began. Each fault is found again until it is forgiven."""
    found = Findings(let_in=list(journal.let_in))
    stack.mailbox.read()
    _compare_comments(journal, scenery, found)
    _compare_decisions(journal, found)
    _compare_threads(journal, found)
    _compare_applications(journal, found)
    _compare_imports(journal, found)
    _compare_numbers(found)
    _compare_certificates(found)
    _compare_files(stack, found)
    _compare_emails(stack, found)
    return found


def _compare_comments(journal, scenery, found):
    stored = defaultdict(list)
    rows = Comment.objects.filter(thread__key__in=scenery.threads)
    for comment in rows.select_related("thread").only("text", "author_id", "thread__key"):
        stored[comment.text].append(comment)
    for text, post in journal.posts.items():
        copies = stored.pop(text, [])
        if len(copies) > 1 or (copies and text in journal.refused):
            found.doubled.append(f"comment «{text}», {len(copies)} times")
        if post.id is None:
            continue
        is_whole = any(
            (one.pk, one.author_id, one.thread.key) == (post.id, post.author_id, post.thread)
            for one in copies
        )
        if not is_whole:
            found.lost.append(f"comment {post.id}")
    found.doubled += [f"comment that nobody wrote: «{text}»" for text in stored]
    by_comment = Revision.objects.filter(comment__thread__key__in=scenery.threads)
    counts = by_comment.values("comment").annotate(count=Count("pk")).order_by()
    revised = dict(counts.values_list("comment", "count"))
    if wrong := [pk for pk in rows.values_list("pk", flat=True) if revised.get(pk) != 1]:
        found.contradictions.append(f"comments without one revision: {wrong}")


def _compare_decisions(journal, found):
    states = dict(Comment.objects.filter(pk__in=journal.decisions).values_list("pk", "state"))
    found.lost += [
        f"decision on comment {pk}: {states.get(pk)} instead of {state}"
        for pk, state in journal.decisions.items()
        if states.get(pk) != state
    ]
    latest, times = {}, Counter()
    for event in ModerationEvent.objects.order_by("pk"):
        times[event.comment_id, event.action] += 1
        earlier = latest.get(event.comment_id)
        if earlier is not None and earlier != event.from_state:
            found.contradictions.append(f"audit log of comment {event.comment_id}")
        latest[event.comment_id] = event.to_state
    found.doubled += [f"{act} of comment {pk}" for (pk, act), number in times.items() if number > 1]
    present = dict(Comment.objects.filter(pk__in=latest).values_list("pk", "state"))
    found.contradictions += [
        f"comment {pk} is {present[pk]}, its audit log says {state}"
        for pk, state in latest.items()
        if present[pk] != state
    ]


def _compare_threads(journal, found):
    closed = Thread.objects.filter(key__in=journal.closed_threads, registered_only=True)
    lost = set(journal.closed_threads) - set(closed.values_list("key", flat=True))
    found.lost += [f"closing of {key}" for key in lost]
    published = Comment.objects.filter(state="published").order_by()
    counts = dict(published.values_list("thread").annotate(count=Count("pk")))
    found.contradictions += [
        f"thread {thread.key} counts {thread.published_count} instead of {counts.get(thread.pk, 0)}"
        for thread in Thread.objects.all()
        if thread.published_count != counts.get(thread.pk, 0)
    ]


def _compare_applications(journal, found):
    confirmed = Application.objects.filter(pk__in=journal.applications)
    statuses = dict(confirmed.values_list("pk", "status"))
    issued = set(confirmed.exclude(certificate=None).values_list("pk", flat=True))
    for pk, email in journal.applications.items():
        if statuses.get(pk) not in {"approved", "submitted"}:
            found.lost.append(f"application {pk} of {email}: {statuses.get(pk)}")
        elif pk not in issued:
            found.undone.append(f"application {pk} of {email}: no certificate")
    # Including those whose applicant was cut off before the answer.
    approved = Application.objects.filter(status="approved", certificate=None)
    found.undone += [
        f"application {pk}: no certificate" for pk in approved.values_list("pk", flat=True)
    ]


def _compare_imports(journal, found):
    statuses = dict(Import.objects.filter(pk__in=journal.imports).values_list("pk", "status"))
    for pk, rows in journal.imports.items():
        issued = Certificate.objects.filter(application__import_row__source=pk)
        if statuses.get(pk) != "finished" or issued.count() != rows:
            found.undone.append(f"import {pk}: {statuses.get(pk)}, {issued.count()} of {rows}")
    unpacked = Import.objects.filter(status="finished", archive="")
    found.undone += [f"import {pk}: no archive" for pk in unpacked.values_list("pk", flat=True)]
    several = ImportRow.objects.exclude(application=None).values("application")
    several = several.annotate(count=Count("pk")).filter(count__gt=1)
    found.doubled += [f"rows of one certificate: {row}" for row in several]


def _compare_numbers(found):
    for counter in NumberCounter.objects.all():
        given = Certificate.objects.filter(programme=counter.programme_id, year=counter.year)
        serials = list(given.order_by("serial").values_list("serial", flat=True))
        missing = set(range(1, counter.last_serial + 1)) ^ set(serials)
        if missing or len(serials) != len(set(serials)):
            found.gaps.append(f"serials {sorted(missing)} of {counter}")


def _compare_certificates(found):
    acts = CertificateEvent.Action
    once = {acts.APPLICATION_CONFIRMED, acts.ISSUED, acts.SEALED, acts.EMAIL_SENT}
    counts = CertificateEvent.objects.filter(action__in=once).order_by()
    counts = counts.values("application", "action").annotate(count=Count("pk"))
    times = {(row["application"], row["action"]): row["count"] for row in counts}
    found.doubled += [
        f"{act} of application {pk}" for (pk, act), count in times.items() if count > 1
    ]
    for certificate in Certificate.objects.only("pk", "number", "application_id", "email"):
        expected = {acts.ISSUED, acts.SEALED} | ({acts.EMAIL_SENT} if certificate.email else set())
        if absent := [act for act in expected if (certificate.application_id, act) not in times]:
            found.undone.append(f"certificate {certificate.number}: {absent}")
    unsealed = Certificate.objects.unsealed() | Certificate.objects.unmailed()
    found.undone += [f"certificate {one.number}: not sealed or sent" for one in unsealed]
    _compare_statuses(found)


def _compare_statuses(found):
    latest = {}
    changes = CertificateEvent.objects.exclude(to_status="").filter(certificate=None)
    for event in changes.order_by("pk"):
        earlier = latest.get(event.application_id)
        if earlier is not None and earlier != event.from_status:
            found.contradictions.append(f"audit log of application {event.application_id}")
        latest[event.application_id] = event.to_status
    present = dict(Application.objects.filter(pk__in=latest).values_list("pk", "status"))
    found.contradictions += [
        f"application {pk} is {present[pk]}, its audit log says {status}"
        for pk, status in latest.items()
        if present[pk] != status
    ]


_digests = {}


def _digest(path):
    """Return the SHA-256 of a file, which never changes once it has its name."""
    if path not in _digests:
        _digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return _digests[path]


def _compare_files(stack, found):
    folder = stack.directory / "var/media"
    sealed = Certificate.objects.exclude(sealed_at=None)
    registered = {
        folder / document: digest
        for document, digest in sealed.values_list("document", "document_digest")
    }
    stored = {path for path in (folder / "certificates").rglob("*") if path.is_file()}
    found.lost += [f"file {path.name}" for path in registered.keys() - stored]
    found.contradictions += [
        f"file that nothing refers to: {path}" for path in stored - registered.keys()
    ]
    found.contradictions += [
        f"file {path.name} has another content"
        for path in stored & registered.keys()
        if _digest(path) != registered[path]
    ]
    newest = sealed.order_by("-pk").first()
    if newest is not None and newest.document_digest not in _verified:
        _verify(newest, found)


_verified = set()


def _verify(certificate, found):
    _verified.add(certificate.document_digest)
    with certificate.document.open("rb") as document:
        content = document.read()
    finding = verify.by_file(content).finding
    report = signing.inspect(content, trusted=(certificate.seal.fingerprint,))
    # A busy machine may not finish an inspection within its limits.
    is_inspected = report.verdict != signing.SealVerdict.TOO_DEMANDING
    if finding != verify.Finding.VALID or (is_inspected and not report.intact):
        found.contradictions.append(f"certificate {certificate.number}: {finding} {report.verdict}")


def _compare_emails(stack, found):
    """An e-mail that was recorded as sent has arrived; a repeated one is the same e-mail."""
    sent = Email.objects.exclude(sent_at=None)
    ids = {f"<{uid.hex}@127.0.0.1>" for uid in sent.values_list("uid", flat=True)}
    found.lost += [f"e-mail {one}" for one in ids - stack.mailbox.accepted.keys()]
    unknown = stack.mailbox.accepted.keys() - ids
    found.doubled += [f"e-mail that no record knows: {one}" for one in unknown]
    certificates = Certificate.objects.exclude(email="").exclude(mailed_at=None)
    keys = {document_key(one) for one in certificates}
    recorded = set(sent.filter(key__in=keys).values_list("key", flat=True))
    found.lost += [f"e-mail {key}" for key in keys - recorded]


def repeated_emails(stack):
    """Return how many copies came in addition to the first, as the product documents."""
    return sum(stack.mailbox.accepted.values()) - len(stack.mailbox.accepted)

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from certificates.audit import certificate_event, record
from certificates.issuing import files
from certificates.models import ArchivedDocument, Certificate, CertificateEvent
from certificates.state_changes import lock_certificate
from core import outbox

# The most copies that one night requests, so as not to flood the timestamp service.
_BATCH = 5000


@transaction.atomic(durable=True)
def record_archive_copy(
    *,
    certificate_id: int,
    replaces: ArchivedDocument | None,
    content: bytes,
    relied_on_until: datetime,
    renew_at: datetime,
) -> None:
    """Store a file as the archive copy, unless another worker has, or the person was erased."""
    folder = files.copies_of(Certificate.objects.get(pk=certificate_id))
    leftovers = files.names_in(folder)  # before the lock, see `files`
    certificate = lock_certificate(certificate_id)
    existing = ArchivedDocument.objects.filter(certificate=certificate).first()
    if certificate.erased_at is not None or (existing and existing.digest) != (
        replaces and replaces.digest
    ):
        return
    replaced, digest = existing and existing.file.name, hashlib.sha256(content).hexdigest()
    # The old file is deleted by a task after the commit: a rollback would need it again.
    name = files.store(folder, content)
    files.delete(set(leftovers) - {replaced})
    ArchivedDocument.objects.update_or_create(
        certificate=certificate,
        defaults={
            "file": name,
            "digest": digest,
            "made_at": timezone.now(),
            "relied_on_until": relied_on_until,
            "renew_at": renew_at,
        },
    )
    actions = CertificateEvent.Action
    record(
        certificate_event(
            certificate.application,
            actions.ARCHIVE_RENEWED if existing else actions.ARCHIVED,
            actor=None,
            evidence={"sha256": digest},
            certificate=certificate,
        )
    )
    if replaced:
        outbox.publish("certificate.archive_copy_replaced", name=replaced)


@transaction.atomic(durable=True)
def request_archive_copies() -> None:
    """Request copies: first those that are due for renewal, then those that were never made."""
    due = ArchivedDocument.objects.to_renew_at(timezone.now()).values_list("certificate", flat=True)
    missing = Certificate.objects.without_archive_copy().values_list("pk", flat=True)
    # An expired timestamp cannot be renewed, while a missing copy can still be made.
    ids = [*due[:_BATCH], *missing[:_BATCH]][:_BATCH]
    outbox.publish_missing(["certificate.archive_copy_due"], "certificate_id", ids)

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from certificates.audit import certificate_event, record
from certificates.issuing import designs, files
from certificates.issuing.new_certificates import certificate_of, next_serials
from certificates.models import Certificate, CertificateEvent, SealCertificate
from certificates.state_changes import (
    Transition,
    change_certificate_status,
    lock_application,
    lock_certificate,
)
from certificates.states import ApplicationStatus, CertificateStatus
from core import outbox

_DOCUMENT_FIELDS = ["document", "document_digest", "seal", "timestamped_at", "sealed_at"]


@transaction.atomic(durable=True)
def issue_certificate(*, application_id: int) -> Certificate | None:
    """Issue the certificate of an approved application, or return the one that it has already.

    Returns None if the application is not approved or its answers were erased. The content of the
    document, its number and its code are frozen here.
    """
    application = lock_application(application_id)
    issued = Certificate.objects.filter(application=application).first()
    to_issue = application.status == ApplicationStatus.APPROVED and application.answers
    if issued is not None or not to_issue:
        return issued
    # Before the numbers: the counter's row, which every issue waits for, is locked after the
    # others.
    replaced = lock_certificate(application.corrects_id) if application.corrects_id else None
    (serial,), issued_on = next_serials(application.programme, 1)
    template = designs.active_version(application.programme)
    certificate = certificate_of(
        application, serial, template, issued_on=issued_on, replaced=replaced
    )
    certificate.save(force_insert=True)
    if replaced is not None:
        change_certificate_status(
            replaced,
            Transition(
                CertificateStatus.SUPERSEDED,
                action=CertificateEvent.Action.SUPERSEDED,
                actor=None,
                evidence={"by": certificate.number},
            ),
        )
        outbox.publish("certificate.superseded", certificate_id=replaced.pk)
    record(
        certificate_event(
            application,
            CertificateEvent.Action.ISSUED,
            actor=None,
            evidence={"number": certificate.number},
            certificate=certificate,
        )
    )
    outbox.publish("certificate.issued", certificate_id=certificate.pk)
    return certificate


@dataclass(frozen=True, slots=True)
class UsedSeal:
    fingerprint: str
    pem: str
    owner: str
    serial_number: str
    valid_until: date
    is_self_signed: bool


@dataclass(frozen=True, slots=True)
class SealedDocument:
    content: bytes
    digest: str
    timestamped_at: datetime | None
    seal: UsedSeal


@transaction.atomic(durable=True)
def record_document(*, certificate_id: int, sealed: SealedDocument) -> None:
    """Store a file as the certificate's document, unless it has one."""
    folder = files.documents_of(Certificate.objects.get(pk=certificate_id))
    leftovers = files.names_in(folder)  # before the lock, see `files`
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("application")
    certificate = locked.filter(pk=certificate_id).unsealed().first()
    if certificate is None:
        return
    certificate.document.name = files.store(folder, sealed.content)
    files.delete(leftovers)
    certificate.document_digest = sealed.digest
    certificate.seal = _stored(sealed.seal)
    certificate.timestamped_at = sealed.timestamped_at
    certificate.sealed_at = timezone.now()
    certificate.save(update_fields=_DOCUMENT_FIELDS)
    record(
        certificate_event(
            certificate.application,
            CertificateEvent.Action.SEALED,
            actor=None,
            evidence={"sha256": certificate.document_digest},
            certificate=certificate,
        )
    )
    # Two topics, because a row of a table may have no address: only the first one queues an e-mail.
    topic = "certificate.sealed" if certificate.email else "certificate.sealed_without_email"
    outbox.publish(topic, certificate_id=certificate.pk)


def _stored(seal: UsedSeal) -> SealCertificate:
    # The register keeps the certificate of each key, so seals stay verifiable after a change of
    # keys.
    stored, _ = SealCertificate.objects.get_or_create(
        fingerprint=seal.fingerprint,
        defaults={
            "pem": seal.pem,
            "owner": seal.owner,
            "serial_number": seal.serial_number,
            "valid_until": seal.valid_until,
            "is_self_signed": seal.is_self_signed,
        },
    )
    return stored

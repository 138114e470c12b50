from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from certificates.audit import certificate_event, record, record_many
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
def record_documents(*, made: Mapping[int, SealedDocument]) -> None:
    """Store files as the documents of the certificates with these ids.

    A certificate that has a document keeps it.
    """
    leftovers = _files_of(made)  # before the locks, see `files`
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("application")
    # In one order, so that two workers with the same chunk cannot deadlock.
    recorded = list(locked.filter(pk__in=made.keys()).unsealed().order_by("pk"))
    now, seals = timezone.now(), _seal_certificates({one.seal for one in made.values()})
    for certificate in recorded:
        sealed = made[certificate.pk]
        certificate.document.name = files.store(files.documents_of(certificate), sealed.content)
        files.delete(leftovers[certificate.pk])
        certificate.document_digest = sealed.digest
        certificate.seal = seals[sealed.seal.fingerprint]
        certificate.timestamped_at = sealed.timestamped_at
        certificate.sealed_at = now
    Certificate.objects.bulk_update(recorded, _DOCUMENT_FIELDS)
    record_many(
        certificate_event(
            certificate.application,
            CertificateEvent.Action.SEALED,
            actor=None,
            evidence={"sha256": certificate.document_digest},
            certificate=certificate,
        )
        for certificate in recorded
    )
    # Two topics, because a row of a table may have no address: only the first one queues an e-mail.
    for topic, has_email in (
        ("certificate.sealed", True),
        ("certificate.sealed_without_email", False),
    ):
        ids = [one.pk for one in recorded if bool(one.email) is has_email]
        outbox.publish_many(topic, [{"certificate_id": pk} for pk in ids])


def _files_of(certificate_ids: Iterable[int]) -> Mapping[int, Collection[str]]:
    certificates = Certificate.objects.in_bulk(certificate_ids)
    return {pk: files.names_in(files.documents_of(one)) for pk, one in certificates.items()}


def _seal_certificates(used: Collection[UsedSeal]) -> Mapping[str, SealCertificate]:
    """Return the stored certificates by fingerprint. A new one is stored first."""
    return {seal.fingerprint: _stored(seal) for seal in used}


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

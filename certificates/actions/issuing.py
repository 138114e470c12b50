from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from certificates import designs, facts, questions
from certificates.actions._changes import (
    lock_application,
    lock_certificate,
    move_certificate,
    record,
)
from certificates.fields import Kind
from certificates.models import Application, Certificate, NumberCounter, Programme, SealCertificate
from certificates.numbers import Serial, new_code
from certificates.states import ApplicationState, CertificateState
from core import outbox

# Longer than a letter takes to hand over, shorter than the queue waits before it gives a lost
# worker's task to another.
MAIL_LEASE = timedelta(seconds=90)


@transaction.atomic(durable=True)
def issue_certificate(*, application_id: int) -> Certificate | None:
    """The certificate of an approved application: issued now, or the one that it has already.

    None where the application is not approved, or the person was erased meanwhile. What the
    document says, its number and its code are frozen here.
    """
    application = lock_application(application_id)
    issued = Certificate.objects.filter(application=application).first()
    to_issue = application.state == ApplicationState.APPROVED and application.answers
    if issued is not None or not to_issue:
        return issued
    replaced = lock_certificate(application.corrects_id) if application.corrects_id else None
    year = timezone.localdate().year
    serial = _next_serial(application.programme, year)
    certificate = _create(application, serial, new_code(), replaced)
    if replaced is not None:
        move_certificate(
            replaced,
            CertificateState.SUPERSEDED,
            act="certificate.superseded",
            actor=None,
            evidence={"by": certificate.number},
        )
        outbox.publish("certificate.superseded", certificate_id=replaced.pk)
    record(
        application,
        act="certificate.issued",
        actor=None,
        evidence={"number": certificate.number},
        certificate=certificate,
    )
    outbox.publish("certificate.issued", certificate_id=certificate.pk)
    return certificate


def _create(
    application: Application, serial: Serial, code: str, replaced: Certificate | None
) -> Certificate:
    template = designs.in_use(application.programme)
    said = facts.of_application(application, template, number=str(serial), code=code)
    fields = questions.load(application.form.questions)
    return Certificate.objects.create(
        application=application,
        programme=application.programme,
        year=serial.year,
        serial=serial.serial,
        number=str(serial),
        code=code,
        holder=said.holder,
        title=said.title,
        template=template,
        facts=said.as_data(),
        language=said.language,
        email=questions.first_of(fields, application.answers, Kind.EMAIL),
        issued_at=timezone.now(),
        expires_on=said.expires_on,
        supersedes=replaced,
        name_is_public=replaced is not None and replaced.name_is_public,
    )


def _next_serial(programme: Programme, year: int) -> Serial:
    """The row stays locked until the certificate is written, so a number is never skipped."""
    NumberCounter.objects.get_or_create(programme=programme, year=year)
    counter = NumberCounter.objects.select_for_update().get(programme=programme, year=year)
    counter.last_serial += 1
    counter.save(update_fields=["last_serial"])
    return Serial(programme.number_prefix, year, counter.last_serial)


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
    """`name` is that of the file in the storage."""

    name: str
    digest: str
    timestamped_at: datetime | None
    seal: UsedSeal


@transaction.atomic(durable=True)
def record_document(*, certificate_id: int, sealed: SealedDocument) -> bool:
    """Whether the file became the document: False if there was one already."""
    recorded = (
        Certificate.objects.filter(pk=certificate_id)
        .unsealed()
        .update(
            document=sealed.name,
            document_digest=sealed.digest,
            seal=_known(sealed.seal),
            timestamped_at=sealed.timestamped_at,
            sealed_at=timezone.now(),
        )
    )
    if not recorded:
        return False
    certificate = Certificate.objects.select_related("application").get(pk=certificate_id)
    record(
        certificate.application,
        act="certificate.sealed",
        actor=None,
        evidence={"sha256": sealed.digest},
        certificate=certificate,
    )
    outbox.publish("certificate.sealed", certificate_id=certificate_id)
    return True


def _known(seal: UsedSeal) -> SealCertificate:
    known, _ = SealCertificate.objects.get_or_create(
        fingerprint=seal.fingerprint,
        defaults={
            "pem": seal.pem,
            "owner": seal.owner,
            "serial_number": seal.serial_number,
            "valid_until": seal.valid_until,
            "is_self_signed": seal.is_self_signed,
        },
    )
    return known


@transaction.atomic(durable=True)
def claim_letter(*, certificate_id: int) -> bool:
    """Whether the caller is the one to send the letter, for as long as `MAIL_LEASE`."""
    now = timezone.now()
    claimed = Certificate.objects.filter(pk=certificate_id).mail_claimable_at(now)
    return bool(claimed.update(mail_claimed_until=now + MAIL_LEASE))


@transaction.atomic(durable=True)
def release_letter(*, certificate_id: int) -> None:
    """The letter could not be handed over: another try need not wait for the lease."""
    Certificate.objects.filter(pk=certificate_id, mailed_at=None).update(mail_claimed_until=None)


@transaction.atomic(durable=True)
def record_letter(*, certificate_id: int) -> None:
    certificate = Certificate.objects.select_related("application").get(pk=certificate_id)
    sent = Certificate.objects.filter(pk=certificate_id, mailed_at=None)
    if sent.update(mailed_at=timezone.now(), mail_claimed_until=None):
        record(
            certificate.application,
            act="certificate.mailed",
            actor=None,
            evidence={"letter": certificate.letters_asked},
            certificate=certificate,
        )

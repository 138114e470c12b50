"""Build what the serializers render."""

from dataclasses import dataclass, field
from datetime import date, datetime

from certificates import listings
from certificates.fields import Field
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.errors import FieldError
from certificates.models import AnswerFile, Application, Certificate, Programme
from certificates.rendering import DocumentData
from certificates.slips.slip import Slip
from certificates.verification.embedded_data import Difference
from certificates.verification.verify import VerificationResult


@dataclass(frozen=True, slots=True)
class ProgrammeWithForm:
    slug: str
    title: str
    summary: str
    opens_at: datetime | None
    closes_at: datetime | None
    is_open: bool
    limit_per_person: int | None
    form_version: int | None
    questions: tuple[Field, ...]


def of_programme(programme: Programme) -> ProgrammeWithForm:
    form = programme.forms.newest()
    return ProgrammeWithForm(
        slug=programme.slug,
        title=programme.title,
        summary=programme.summary,
        opens_at=programme.opens_at,
        closes_at=programme.closes_at,
        is_open=programme.is_open,
        limit_per_person=programme.limit_per_person,
        form_version=form.version if form else None,
        questions=form.fields if form else (),
    )


@dataclass(frozen=True, slots=True)
class ApplicationDocument:
    id: int
    programme: str
    status: str
    answers: reading.Answers
    digest: str
    slips: dict[str, tuple[Slip, ...]]
    field_errors: dict[str, tuple[FieldError, ...]]
    files: list[AnswerFile]
    note: str
    confirmed_at: datetime | None
    certificate: str | None


def of_application(application: Application) -> ApplicationDocument:
    fields = application.form.fields
    checked = reading.read(fields, application.answers, application.dismissed_slips)
    certificate = application.issued_certificate
    return ApplicationDocument(
        id=application.pk,
        programme=application.programme.slug,
        status=application.status,
        answers=application.answers,
        digest=digest(application.answers),
        slips=dict(checked.slips),
        field_errors=dict(checked.errors),
        # Most forms ask for no file, and a page of fifty applications then costs fifty queries
        # less.
        files=list(application.files.all()) if reading.has_file_fields(fields) else [],
        note=application.note,
        confirmed_at=application.confirmed_at,
        certificate=certificate.number if certificate else None,
    )


@dataclass(frozen=True, slots=True)
class SealDocument:
    level: str
    fingerprint: str
    owner: str
    is_self_signed: bool
    sealed_at: datetime
    timestamped_at: datetime | None
    archived_until: datetime | None


def of_seal(certificate: Certificate) -> SealDocument | None:
    seal, sealed_at = certificate.seal, certificate.sealed_at
    if seal is None or sealed_at is None:
        return None
    archived = listings.archive_copy_of(certificate)
    return SealDocument(
        # ETSI EN 319 142-1: level B-T is B-B with a trusted timestamp.
        level="PAdES B-T" if certificate.timestamped_at else "PAdES B-B",
        fingerprint=seal.fingerprint,
        owner=seal.owner,
        is_self_signed=seal.is_self_signed,
        sealed_at=sealed_at,
        timestamped_at=certificate.timestamped_at,
        archived_until=archived.relied_on_until if archived else None,
    )


@dataclass(frozen=True, slots=True)
class VerdictDocument:
    finding: str
    holder: str = ""
    number: str | None = None
    title: str | None = None
    issued_on: date | None = None
    publication: str | None = None
    registration_number: str = ""
    superseded_by: str | None = None
    revoked_at: datetime | None = None
    revocation_reason: str = ""
    expires_on: date | None = None
    is_erased: bool = False
    kept_by_law: str = ""
    seal: SealDocument | None = None
    differences: tuple[Difference, ...] = ()
    document_data: dict[str, str] = field(default_factory=dict)
    signer: str = ""


def of_verdict(verdict: VerificationResult) -> VerdictDocument:
    certificate = verdict.certificate
    if certificate is None:
        return VerdictDocument(finding=verdict.finding, signer=verdict.signer)
    data = DocumentData.from_data(certificate.document_data)
    return VerdictDocument(
        finding=verdict.finding,
        holder=verdict.holder,
        number=certificate.number,
        title=certificate.title,
        issued_on=data.issued_on,
        publication=data.publication.name,
        registration_number=data.publication.registration_number,
        superseded_by=certificate.successor_number,
        revoked_at=certificate.revoked_at,
        revocation_reason=certificate.revocation_reason,
        expires_on=certificate.expires_on,
        is_erased=certificate.erased_at is not None,
        kept_by_law=_kept_by_law(certificate),
        seal=of_seal(certificate),
        differences=verdict.differences,
        # A number can be guessed, so without the code or the file the answers stay hidden.
        document_data={line.label: line.value for line in data.lines} if verdict.whole else {},
    )


def _kept_by_law(certificate: Certificate) -> str:
    # An erased person still has a name here only if a law obliges the programme to keep it.
    is_kept = certificate.erased_at is not None and certificate.holder
    return certificate.programme.retention_law if is_kept else ""

"""Verify a code, a number or a file against the register. Read-only and public."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max, Sum
from django.db.models.functions import Length

from certificates import signing
from certificates.models import Certificate, TemplateImage
from certificates.numbers import read_codes, read_number
from certificates.permissions import find_by_code, find_by_digest, find_by_number
from certificates.states import CertificateStatus
from certificates.verification import embedded_data
from certificates.verification.embedded_data import Difference


class Finding(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    ALTERED = "altered"
    NOT_FOUND = "not_found"
    NOT_OURS = "not_ours"
    MISTYPED = "mistyped"
    UNREADABLE = "unreadable"
    UNCHECKABLE = "uncheckable"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The result of a verification.

    `holder` is masked if only the number was given, because numbers are sequential and could be
    guessed. `whole`: the code or the file was given, so all data may be shown. `differences` lists
    where the data of an altered file differ from the register. `damaged`: an altered file is broken
    so that its seal cannot be read. `signer` is what a seal that cannot be checked says of itself.
    """

    finding: Finding
    certificate: Certificate | None = None
    holder: str = ""
    whole: bool = False
    by_file: bool = False
    differences: tuple[Difference, ...] = ()
    damaged: bool = False
    signer: str = ""


_FINDINGS = {
    CertificateStatus.VALID: Finding.VALID,
    CertificateStatus.SUPERSEDED: Finding.SUPERSEDED,
    CertificateStatus.REVOKED: Finding.REVOKED,
}
_UNREADABLE = {
    signing.SealVerdict.UNREADABLE: Finding.UNREADABLE,
    signing.SealVerdict.ENCRYPTED: Finding.UNREADABLE,
    signing.SealVerdict.TOO_DEMANDING: Finding.UNREADABLE,
    signing.SealVerdict.TOO_LARGE: Finding.TOO_LARGE,
}

# Readers accept the header anywhere in the first 1024 bytes (PDF Reference 1.7, H.3, note 13).
_SIGNATURE, _SIGNATURE_WITHIN = b"%PDF-", 1024
# Three times what a document with the longest texts has.
_LARGEST_WITHOUT_IMAGES = 1_000_000
# A PDF compresses an image a little worse than a PNG does.
_PER_BYTE_OF_IMAGES = 2


def by_code(typed: str) -> VerificationResult:
    if not read_codes(typed):
        return VerificationResult(Finding.MISTYPED)
    certificate = find_by_code(typed)
    return _whole(certificate) if certificate else VerificationResult(Finding.NOT_FOUND)


def by_number(typed: str) -> VerificationResult:
    if read_number(typed) is None:
        return VerificationResult(Finding.MISTYPED)
    certificate = find_by_number(typed)
    if certificate is None:
        return VerificationResult(Finding.NOT_FOUND)
    return VerificationResult(_finding(certificate), certificate, name_shown_by_number(certificate))


def by_either(typed: str) -> VerificationResult:
    """Verify a text that a person typed or pasted: a code, number, link or a printed line."""
    by_its_code = by_code(typed)
    # Words next to a number can look like a code, so an unknown code does not end the search.
    if by_its_code.certificate is not None or read_number(typed) is None:
        return by_its_code
    return by_number(typed)


def by_digest(digest: str) -> VerificationResult:
    """Verify the SHA-256 of a file, in hexadecimal. It matches only files that are unchanged."""
    certificate = find_by_digest(digest)
    return (
        _whole(certificate, by_file=True) if certificate else VerificationResult(Finding.NOT_FOUND)
    )


def by_file(pdf: bytes) -> VerificationResult:
    """Verify an uploaded file.

    An unchanged file is found by its digest. Any other one is opened, to say what was altered,
    unless it is larger than a document of ours can be. Raises `Busy` while another one is open.
    """
    # Mail gateways and editors add a line break at the end, which changes nothing that is signed.
    pdf = signing.without_padding(pdf)
    known = by_digest(hashlib.sha256(pdf).hexdigest())
    if known.certificate is not None:
        return known
    if _SIGNATURE not in pdf[:_SIGNATURE_WITHIN]:
        return VerificationResult(Finding.UNREADABLE, by_file=True)
    # No fingerprints are trusted here: the seal must be the one of this very certificate, see
    # below.
    report = signing.inspect(pdf, trusted=(), largest=_largest_document())
    if report.verdict in _UNREADABLE:
        return VerificationResult(_UNREADABLE[report.verdict], by_file=True)
    attached = embedded_data.read(report.attached)
    # By the code: a number is sequential, and a forger could write any of them into a file.
    certificate = find_by_code(attached.get("code", "")) if attached else None
    if certificate is None:
        return _not_ours(report)
    return _compared(certificate, report, attached)


def _largest_document() -> int:
    """Return more bytes than any document issued here has, also after a few changes.

    Its text and fonts take a few hundred thousand, and the images of its template are the rest.
    """
    # PostgreSQL knows the length of a value without reading it.
    by_version = (
        TemplateImage.objects.order_by().values("version").annotate(size=Sum(Length("content")))
    )
    images = by_version.aggregate(largest=Max("size"))["largest"] or 0
    return min(signing.LARGEST, _LARGEST_WITHOUT_IMAGES + _PER_BYTE_OF_IMAGES * images)


def _not_ours(report: signing.SealReport) -> VerificationResult:
    if report.verdict is signing.SealVerdict.UNCHECKABLE:
        return VerificationResult(Finding.UNCHECKABLE, by_file=True, signer=report.signer)
    return VerificationResult(Finding.NOT_OURS, by_file=True)


def _compared(
    certificate: Certificate, report: signing.SealReport, attached: Mapping[str, str]
) -> VerificationResult:
    if report.intact and report.fingerprint == certificate.seal_fingerprint:
        return _whole(certificate, by_file=True)
    return VerificationResult(
        Finding.ALTERED,
        certificate,
        certificate.holder,
        whole=True,
        by_file=True,
        differences=embedded_data.differences(attached, certificate),
        damaged=report.damaged,
    )


def _whole(certificate: Certificate, *, by_file: bool = False) -> VerificationResult:
    return VerificationResult(
        _finding(certificate), certificate, certificate.holder, whole=True, by_file=by_file
    )


def _finding(certificate: Certificate) -> Finding:
    if certificate.status == CertificateStatus.VALID and certificate.has_expired:
        return Finding.EXPIRED
    return _FINDINGS[CertificateStatus(certificate.status)]


def name_shown_by_number(certificate: Certificate) -> str:
    """Return the name for verification by number: masked unless its holder made it public."""
    holder = certificate.holder
    return holder if certificate.name_is_public else masked(holder)


def masked(name: str) -> str:
    """Mask a name: «Иванова Мария Петровна» → «И****** М. П.»."""
    first, *others = name.split() or [""]
    initials = [f"{other[0]}." for other in others]
    return " ".join([first[:1] + "*" * (len(first) - 1), *initials])

"""Inspect the seal of an untrusted PDF in a separate process with limits on memory and CPU time.

Reads the PDF from standard input and writes JSON. A file that cannot be read, or one that needs too
much, ends the process with an error, which `certificates.signing.inspect` turns into a verdict.
"""

import datetime as dt
import io
import json
import os
import sys
import zlib

import pikepdf
from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from core.children import limit_process

_MEMORY = 1 << 30
# Opening one of our own documents takes a second, most of it for importing the libraries.
_CPU_SECONDS = 3
# Below every process that answers a page.
_NICENESS = 10
_LARGEST_ATTACHMENT = 1_000_000
_LONGEST_NAME = 200
# The rest are in other formats, such as the bare RSA signature of PDF 1.3.
_CHECKABLE_FORMATS = {"/adbe.pkcs7.detached", "/ETSI.CAdES.detached"}
_CHECKABLE_DIGESTS = {"sha1", "sha224", "sha256", "sha384", "sha512"}
# What pyHanko raises at structures that are broken.
_BROKEN = (
    PdfReadError,
    zlib.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_CHECKABLE_KEYS = {"rsa", "rsassa_pss", "dsa", "ec", "ed25519", "ed448"}


def main() -> None:
    # Before the first byte is read: compressed streams of a small PDF can unfold into gigabytes.
    limit_process(memory=_MEMORY, cpu_seconds=_CPU_SECONDS)
    os.nice(_NICENESS)
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(pdf: bytes) -> dict[str, str | bool]:
    try:
        return _read_strictly(pdf)
    except PdfReadError:
        pass
    try:
        return _read_leniently(pdf)
    except _BROKEN:
        return _read_repaired(pdf)


def _read_strictly(pdf: bytes) -> dict[str, str | bool]:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return {"status": "encrypted"}
    fields = _signed_fields(reader)
    if not fields:
        return {"status": "unsealed", "attached": _attached(reader)}
    # Our seal is the first signature and permits no changes: a later one makes the file altered.
    signature = fields[0]["/V"]
    if signature.get("/SubFilter") not in _CHECKABLE_FORMATS:
        verdict: dict[str, str | bool] = {"status": "uncheckable", "signer": _claimed(signature)}
    else:
        verdict = _judge(reader.embedded_regular_signatures[0])
    return verdict | {"attached": _attached(reader)}


def _read_leniently(pdf: bytes) -> dict[str, str | bool]:
    """Read a file that breaks the standard but that viewers open, as some editors save them.

    Such a file is never as it was sealed, so its seal is not looked at.
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    if reader.encrypted:
        return {"status": "encrypted"}
    status = "altered" if _signed_fields(reader) else "unsealed"
    return {"status": status, "attached": _attached(reader)}


def _read_repaired(pdf: bytes) -> dict[str, str | bool]:
    """Read a file that is cut off or has a wrong table of contents: qpdf searches it for objects.

    Ends with an error if the search does not find the attached data, so that nothing is compared.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as repaired:
            data = repaired.Root.AF[0].EF.F.read_bytes()
    except pikepdf.PasswordError:
        return {"status": "encrypted"}
    # Whether there was a seal cannot be said: the part of the file that names it may be missing.
    return {"status": "altered", "damaged": True, "attached": _as_text(data)}


def _signed_fields(reader: PdfFileReader) -> list[DictionaryObject]:
    fields = (
        field.get_object()
        for _name, _value, field in enumerate_sig_fields(reader, filled_status=True)
    )
    return [field for field in fields if field["/V"].get("/Type", "/Sig") == "/Sig"]


def _judge(seal: EmbeddedPdfSignature) -> dict[str, str | bool]:
    if not _is_checkable(seal):
        return _uncheckable(seal)
    # No trust anchors: the caller recognises our certificates by their fingerprints.
    no_trust = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        status = validate_pdf_signature(seal, signer_validation_context=no_trust)
    except DisallowedAlgorithmError:
        return _uncheckable(seal)
    # A signature that pyHanko cannot validate at all is, for the reader, an altered file.
    except SignatureValidationError:
        return {"status": "altered"}
    return {
        "status": "whole" if _is_whole(status) else "altered",
        "covers_file": status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        "signer": _name(status.signing_cert.subject),
        "fingerprint": status.signing_cert.sha256.hex(),
        "made_at": _iso(status.signer_reported_dt),
        "timestamped_at": _timestamp(status),
    }


def _is_checkable(seal: EmbeddedPdfSignature) -> bool:
    """Return whether the algorithms are known here; those of GOST R 34.10 and 34.11 are not."""
    certificate = _signing_certificate(seal)
    if certificate is not None:
        key = certificate.public_key["algorithm"]["algorithm"].native
        if key not in _CHECKABLE_KEYS:
            return False
    return seal.md_algorithm in _CHECKABLE_DIGESTS


def _uncheckable(seal: EmbeddedPdfSignature) -> dict[str, str | bool]:
    certificate = _signing_certificate(seal)
    return {"status": "uncheckable", "signer": _name(certificate.subject) if certificate else ""}


def _signing_certificate(seal: EmbeddedPdfSignature) -> x509.Certificate | None:
    """Find the certificate by its serial number: pyHanko would also compute its digest."""
    serial = seal.signer_info["sid"].chosen
    if not isinstance(serial, cms.IssuerAndSerialNumber):
        return None
    certificates = (choice.chosen for choice in seal.signed_data["certificates"])
    return next(
        (
            one
            for one in certificates
            if isinstance(one, x509.Certificate)
            and one.serial_number == serial["serial_number"].native
        ),
        None,
    )


def _claimed(signature: DictionaryObject) -> str:
    """Return the name that the signature claims (ISO 32000-1, table 252); nothing proves it."""
    return str(signature.get("/Name", ""))[:_LONGEST_NAME]


def _is_whole(status: PdfSignatureStatus) -> bool:
    """Return whether only validation data and timestamps (PAdES B-LT, B-LTA) follow the seal."""
    unchanged = (
        status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        or status.modification_level is ModificationLevel.LTA_UPDATES
    )
    return status.intact and status.valid and status.docmdp_ok is True and unchanged


def _timestamp(status: PdfSignatureStatus) -> str:
    timestamp = status.timestamp_validity
    is_valid = timestamp and timestamp.valid and timestamp.intact
    return _iso(timestamp.timestamp) if timestamp and is_valid else ""


def _name(subject: x509.Name) -> str:
    names = subject.native
    name = names.get("organization_name") or names.get("common_name") or ""
    return str(name)[:_LONGEST_NAME]


def _iso(time: dt.datetime | None) -> str:
    return time.isoformat() if time else ""


def _attached(reader: PdfFileReader) -> str:
    try:
        file = reader.root["/AF"][0]["/EF"]["/F"]
    except (KeyError, IndexError):
        return ""
    return _as_text(file.data)


def _as_text(attached: bytes) -> str:
    return attached.decode() if len(attached) <= _LARGEST_ATTACHMENT else ""


if __name__ == "__main__":
    main()

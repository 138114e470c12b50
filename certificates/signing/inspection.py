"""Inspect the seal of an untrusted PDF in a separate process with limits on memory and CPU time.

Reads the PDF from standard input and writes JSON. A file that cannot be read, or one that needs too
much, ends the process with an error, which `certificates.signing.inspect` turns into a verdict.
"""

import datetime as dt
import io
import json
import resource
import sys

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

_MEMORY = 1 << 30
_CPU_SECONDS = 10
_LARGEST_ATTACHMENT = 1_000_000


def main() -> None:
    # Before the first byte is read: compressed streams of a small PDF can unfold into gigabytes.
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(pdf: bytes) -> dict[str, str | bool]:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return {"status": "encrypted"}
    seals = reader.embedded_regular_signatures
    if not seals:
        return {"status": "unsealed", "attached": _attached(reader)}
    # Our seal is the first signature and permits no changes: a later one makes the file altered.
    return _judge(seals[0]) | {"attached": _attached(reader)}


def _judge(seal: EmbeddedPdfSignature) -> dict[str, str | bool]:
    # No trust anchors: the caller recognises our certificates by their fingerprints.
    no_trust = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        status = validate_pdf_signature(seal, signer_validation_context=no_trust)
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
    return str(names.get("organization_name") or names.get("common_name") or "")


def _iso(time: dt.datetime | None) -> str:
    return time.isoformat() if time else ""


def _attached(reader: PdfFileReader) -> str:
    try:
        file = reader.root["/AF"][0]["/EF"]["/F"]
    except (KeyError, IndexError):
        return ""
    data = file.data
    return data.decode() if len(data) <= _LARGEST_ATTACHMENT else ""


if __name__ == "__main__":
    main()

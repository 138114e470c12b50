"""The copy for the archive: a sealed document with all that its validation needs, by PAdES B-LTA.

The certificates and what revocation services said of them go into the file; a timestamp over the
whole keeps them trustworthy after their own end, and a later timestamp keeps that one.
"""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation import add_validation_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

# Until four fifths of the time that the last timestamp can be relied on have passed, nothing is
# to be done; a fifth is left for services that are away, and for people to notice.
_RENEWED_AFTER = 0.8


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """`relied_on_until` is the end of the certificate of the last timestamp."""

    content: bytes
    relied_on_until: dt.datetime
    to_be_renewed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Archiver:
    """`roots` is a PEM file: the certificates to which those of the timestamp service, and of the
    seal where it is not self-signed, lead."""

    timestamp_url: str
    roots: Path

    def archive(self, sealed: bytes) -> ArchiveCopy:
        """Raises OSError where a service does not answer, and a pyHanko error where the
        certificates lead to none of the roots or were revoked."""
        reader = PdfFileReader(io.BytesIO(sealed))
        seal = reader.embedded_regular_signatures[0]
        with_proofs = io.BytesIO()
        add_validation_info(seal, self._trust(seal), output=with_proofs)
        writer = IncrementalPdfFileWriter(with_proofs)
        self._stamper().timestamp_pdf(writer, "sha256", self._trust(seal), in_place=True)
        return _copy(with_proofs.getvalue())

    def renew(self, archived: bytes) -> ArchiveCopy:
        """Raises what `archive` does."""
        reader = PdfFileReader(io.BytesIO(archived))
        seal = reader.embedded_regular_signatures[0]
        renewed = io.BytesIO()
        self._stamper().update_archival_timestamp_chain(
            reader, self._trust(seal), in_place=False, output=renewed
        )
        return _copy(renewed.getvalue())

    def _stamper(self) -> PdfTimeStamper:
        """A new one each time: it remembers the service's certificates, and services change them.

        Its field is left untagged: a tagged one would read as a change that the seal forbids.
        """
        return PdfTimeStamper(RequestsHTTPTimeStamper(self.timestamp_url))

    def _trust(self, seal: EmbeddedPdfSignature) -> ValidationContext:
        own = seal.signer_cert
        roots = [own] if own.self_signed != "no" else []
        return ValidationContext(
            trust_roots=[*roots, *_certificates(self.roots)],
            allow_fetching=True,
            # What a certificate offers to be asked about must be asked, and the answer kept.
            revocation_mode="hard-fail",
            fetcher_backend=RequestsFetcherBackend(),
        )


def _certificates(path: Path) -> list[x509.Certificate]:
    return [
        x509.Certificate.load(der) for _, _, der in pem.unarmor(path.read_bytes(), multiple=True)
    ]


def _copy(content: bytes) -> ArchiveCopy:
    last = PdfFileReader(io.BytesIO(content)).embedded_timestamp_signatures[-1]
    service = extract_certificate_info(last.signed_data).signer_cert
    made_at: dt.datetime = (
        last.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    )
    until: dt.datetime = service.not_valid_after
    return ArchiveCopy(
        content,
        relied_on_until=until,
        to_be_renewed_at=made_at + (until - made_at) * _RENEWED_AFTER,
    )

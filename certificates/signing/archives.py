"""Make archive copies: sealed documents that can still be validated decades later.

They follow PAdES B-LTA (ETSI EN 319 142-1, 6). The certificates and the answers of revocation
services are embedded in the file, and a document timestamp over all of it proves that they were
valid then. Before the timestamp's own certificate expires, another one is added.
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

# A copy is renewed after four fifths of the lifetime of its last timestamp. The last fifth is left
# for services that are unavailable, and for people to notice.
_RENEWED_AFTER = 0.8


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """`relied_on_until` is when the certificate of the last timestamp expires."""

    content: bytes
    relied_on_until: dt.datetime
    to_be_renewed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Archiver:
    """Makes and renews archive copies with one timestamp service.

    `roots` is a PEM file with the trust anchors of the timestamp service, and of the seal unless it
    is self-signed.
    """

    timestamp_url: str
    roots: Path

    def archive(self, sealed: bytes) -> ArchiveCopy:
        """Make the first archive copy.

        Raises OSError if a service does not answer, and a pyHanko error if a certificate was
        revoked or leads to none of the roots.
        """
        reader = PdfFileReader(io.BytesIO(sealed))
        seal = reader.embedded_regular_signatures[0]
        with_proofs = io.BytesIO()
        add_validation_info(seal, self._trust(seal), output=with_proofs)
        writer = IncrementalPdfFileWriter(with_proofs)
        self._stamper().timestamp_pdf(writer, "sha256", self._trust(seal), in_place=True)
        return _copy(with_proofs.getvalue())

    def renew(self, archived: bytes) -> ArchiveCopy:
        """Add a timestamp to a copy. Raises what `archive` does."""
        reader = PdfFileReader(io.BytesIO(archived))
        seal = reader.embedded_regular_signatures[0]
        renewed = io.BytesIO()
        self._stamper().update_archival_timestamp_chain(
            reader, self._trust(seal), in_place=False, output=renewed
        )
        return _copy(renewed.getvalue())

    def _stamper(self) -> PdfTimeStamper:
        """Create a timestamper.

        A timestamper caches the certificates of its service, which may be replaced, so it is not
        reused. Its field is left out of the structure tree, because validators would report a
        tagged field as a change that the seal forbids.
        """
        return PdfTimeStamper(RequestsHTTPTimeStamper(self.timestamp_url))

    def _trust(self, seal: EmbeddedPdfSignature) -> ValidationContext:
        own = seal.signer_cert
        # A self-signed certificate leads to no other root.
        roots = [own] if own.self_signed != "no" else []
        return ValidationContext(
            trust_roots=[*roots, *_certificates(self.roots)],
            allow_fetching=True,
            # If a certificate names a revocation service, its answer must be embedded in the copy.
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

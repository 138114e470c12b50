import datetime as dt
import io

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import NonexistentAttributeError, find_unique_cms_attribute
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.stamp.noop import NoOpStampStyle

from certificates.rendering import SealMark, SealPlace
from certificates.signing.fields import FIELD_NAME, add_field
from certificates.signing.signers import CachingSigner

# Space reserved in the PDF for the signature, in hexadecimal digits: the CMS container with its
# attributes, and what a timestamp with its certificates adds.
_CMS_ROOM = 4096
_TIMESTAMP_ROOM = 24576


class Seal:
    """Seals documents with the publication's key.

    A seal is PAdES B-B, or B-T if `timestamp_url` is that of an RFC 3161 service.
    """

    def __init__(self, signer: CachingSigner, *, timestamp_url: str = "") -> None:
        self._signer = signer
        self._certificate = load_der_x509_certificate(signer.certificate.dump())
        self._timestamps = RequestsHTTPTimeStamper(timestamp_url) if timestamp_url else None
        # The PDF holds the signature in hexadecimal: two digits for each byte of the certificates.
        self._room = _CMS_ROOM + 2 * sum(
            len(one.dump()) for one in [signer.certificate, *signer.chain]
        )

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate in hexadecimal: how `inspect` knows a seal."""
        return self._certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        return self._certificate.public_bytes(Encoding.PEM).decode()

    @property
    def is_self_signed(self) -> bool:
        return self._certificate.issuer == self._certificate.subject

    @property
    def asks_for_timestamps(self) -> bool:
        return self._timestamps is not None

    @property
    def has_expired(self) -> bool:
        return self._certificate.not_valid_after_utc <= dt.datetime.now(dt.UTC)

    @property
    def mark(self) -> SealMark:
        subject = self._certificate.subject
        organizations = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        people = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        names = [str(name.value) for name in [*organizations, *people]]
        return SealMark(
            owner=names[0] if names else subject.rfc4514_string(),
            serial_number=f"{self._certificate.serial_number:X}",
            valid_until=self._certificate.not_valid_after_utc.date(),
        )

    def seal(
        self,
        pdf: bytes,
        *,
        reason: str,
        location: str,
        at: dt.datetime,
        place: SealPlace,
        label: str = "Электронная печать",
    ) -> bytes:
        """Certify a document and permit no changes to it (DocMDP level 1 of ISO 32000-1, 12.8.2.2).

        Screen readers read `label` for the signature field. Raises OSError if the timestamp service
        does not answer.
        """
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        add_field(writer, place, label)
        signer = _SignerAt(
            PdfSignatureMetadata(
                field_name=FIELD_NAME,
                reason=reason,
                location=location,
                md_algorithm="sha256",
                # ETSI.CAdES.detached, the format of every PAdES baseline level (ETSI EN 319 142-1).
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
            ),
            self._signer,
            timestamper=self._timestamps,
            # The template draws the visible seal, so that its text is tagged and in the document's
            # fonts.
            stamp_style=NoOpStampStyle(),
        )
        signer.at = at
        room = self._room + (_TIMESTAMP_ROOM if self._timestamps else 0)
        # pyHanko would make a new field without tags, which PDF/UA-1 forbids.
        sealed = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=room)
        return bytes(sealed.getbuffer())


class _SignerAt(PdfSigner):
    """Signs with a given time. pyHanko's own signer always takes the time from the clock."""

    at: dt.datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def timestamp_of(sealed: bytes) -> dt.datetime | None:
    """Return the time in the timestamp of the seal, or None if it has none."""
    seal = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures[0]
    try:
        token = find_unique_cms_attribute(
            seal.signer_info["unsigned_attrs"], "signature_time_stamp_token"
        )
    except NonexistentAttributeError:
        return None
    time: dt.datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return time

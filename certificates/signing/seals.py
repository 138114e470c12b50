import datetime as dt
import io
from pathlib import Path

from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.stamp.noop import NoOpStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.rendering import SealMark, SealPlace
from certificates.signing.fields import FIELD_NAME, add_field

# Hexadecimal digits: a bare CMS with its attributes; what a timestamp and its certificates add.
_CMS_ROOM = 4096
_TIMESTAMP_ROOM = 24576
_DIGESTS = {"sha256": hashes.SHA256()}


class KeyUnusable(Exception):
    """The PKCS#12 file is unreadable with this passphrase, or holds no RSA or EC key."""


class Seal:
    """The publication's key, read once and kept: pyHanko's own signers read it for every signature.

    Seals by PAdES B-B, or by B-T where `timestamp_url` names an RFC 3161 service.
    """

    def __init__(self, path: Path, passphrase: str = "", *, timestamp_url: str = "") -> None:
        try:
            kept = load_pkcs12(path.read_bytes(), passphrase.encode() or None)
        except ValueError as error:
            raise KeyUnusable(f"{path.name}: {error}") from None
        if kept.cert is None or not isinstance(
            kept.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        ):
            raise KeyUnusable(f"{path.name} holds no RSA or EC key with its certificate")
        self._certificate = kept.cert.certificate
        chain = [
            x509.Certificate.load(other.certificate.public_bytes(Encoding.DER))
            for other in kept.additional_certs
        ]
        own = self._certificate.public_bytes(Encoding.DER)
        self._signer = _KeptKey(kept.key, own, chain)
        self._timestamps = RequestsHTTPTimeStamper(timestamp_url) if timestamp_url else None
        self._room = _CMS_ROOM + 2 * sum(
            len(one.dump()) for one in [self._signer.signing_cert, *chain]
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal digits: what `inspect` knows our seal by."""
        return self._certificate.fingerprint(hashes.SHA256()).hex()

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
        """The document certified so that no change is permitted after it.

        `label` is read aloud in the place of the seal. Raises OSError where the timestamp service
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
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
            ),
            self._signer,
            timestamper=self._timestamps,
            stamp_style=NoOpStampStyle(),
        )
        signer.at = at
        room = self._room + (_TIMESTAMP_ROOM if self._timestamps else 0)
        sealed = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=room)
        return bytes(sealed.getbuffer())


class _KeptKey(Signer):
    """Keeps the key, and the first signature too.

    Without timestamps two signatures of one key differ in the digest of the document and in the
    signature over it. To build the rest anew takes pyHanko half of the time of sealing.
    """

    def __init__(
        self,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
        certificate: bytes,
        chain: list[x509.Certificate],
    ) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(chain)
        super().__init__(signing_cert=x509.Certificate.load(certificate), cert_registry=registry)
        self._key = key
        self._first: tuple[bytes, bytes] | None = None

    async def async_sign(  # noqa: PLR0917  # as pyHanko declares it
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: cms.EncapsulatedContentInfo | None = None,
    ) -> cms.ContentInfo:
        if self._first is not None and timestamper is None:
            return self._like_the_first(*self._first, data_digest, digest_algorithm)
        made = await super().async_sign(
            data_digest,
            digest_algorithm,
            dry_run,
            use_pades,
            timestamper,
            signed_attr_settings,
            is_pdf_sig,
            encap_content_info,
        )
        if timestamper is None and not dry_run:
            self._first = (made.dump(), data_digest)
        return made

    def _like_the_first(
        self, first: bytes, first_digest: bytes, digest: bytes, algorithm: str
    ) -> cms.ContentInfo:
        made = cms.ContentInfo.load(first)
        signer = made["content"]["signer_infos"][0]
        attributes = signer["signed_attrs"].untag().dump().replace(first_digest, digest)
        signer["signed_attrs"] = cms.CMSAttributes.load(attributes)
        signer["signature"] = self._sign(attributes, algorithm)
        return made

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: ARG002  # pyHanko asks for one only to learn the length
    ) -> bytes:
        return self._sign(data, digest_algorithm)

    def _sign(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = _DIGESTS[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


class _SignerAt(PdfSigner):
    """pyHanko takes the time of signing from the clock; a seal bears the time it is given."""

    at: dt.datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session

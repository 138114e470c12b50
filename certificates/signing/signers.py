"""Sign with a key from a PKCS#12 file, or in a PKCS#11 device, which the key never leaves."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import Certificate
from pkcs11 import PKCS11Error, Session
from pkcs11.exceptions import UserAlreadyLoggedIn
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

_DIGESTS = {"sha256": hashes.SHA256()}

# Takes the data and the name of a digest algorithm, and returns the bare signature.
BareSignature: TypeAlias = Callable[[bytes, str], Awaitable[bytes]]


class KeyUnusable(Exception):
    """No RSA or EC key with a certificate could be read with the configured secrets."""


class DeviceSilent(OSError):
    """The PKCS#11 device does not answer. An OSError, so that the task is retried."""


@dataclass(frozen=True, slots=True)
class Token:
    """A key in a PKCS#11 device.

    `module` is the vendor's library; `key` is the label of both the key and its certificate.
    """

    module: Path
    name: str
    pin: str
    key: str


def signer_from_pkcs12(path: Path, passphrase: str = "") -> "CachingSigner":
    try:
        bundle = load_pkcs12(path.read_bytes(), passphrase.encode() or None)
    except ValueError as error:
        raise KeyUnusable(f"{path.name}: {error}") from None
    key = bundle.key
    if bundle.cert is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusable(f"{path.name} holds no RSA or EC key with its certificate")
    own = _readable(bundle.cert.certificate)
    chain = [_readable(other.certificate) for other in bundle.additional_certs]

    async def sign(data: bytes, digest_algorithm: str) -> bytes:
        digest = _DIGESTS[digest_algorithm]
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), digest)
        return key.sign(data, ec.ECDSA(digest))

    return CachingSigner(sign, own, chain)


def signer_from_token(token: Token) -> "CachingSigner":
    """Every signature includes the other certificates that are stored in the device."""
    device = _Device(token)
    own, others = device.certificates()
    return CachingSigner(device.sign, own, others)


def _readable(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Device:
    """One PKCS#11 session, reopened after a failure. A lock keeps its operations apart."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._opened: PKCS11Signer | None = None
        self._turn = threading.Lock()

    def certificates(self) -> tuple[x509.Certificate, list[x509.Certificate]]:
        try:
            signer = self._open()
            own = signer.signing_cert
            return own, [other for other in signer.cert_registry if other != own]
        except PKCS11Error as error:
            raise KeyUnusable(f"{self._token.name}: {error!r}") from error

    async def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        # A PKCS#11 session does one operation at a time.
        with self._turn:
            try:
                return await self._open().async_sign_raw(data, digest_algorithm)
            except PKCS11Error as error:
                # The session may be lost, for example after the device was unplugged: the retry
                # opens another one.
                self._opened = None
                raise DeviceSilent(f"{self._token.name}: {error!r}") from error

    def _open(self) -> PKCS11Signer:
        if self._opened is None:
            signer = PKCS11Signer(
                self._session(),
                cert_label=self._token.key,
                key_label=self._token.key,
                other_certs_to_pull=None,
            )
            # Few devices can hash for an elliptic curve, so the digest is computed here. Reading
            # the certificate now also loads the key in this thread instead of a later one.
            signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
            self._opened = signer
        return self._opened

    def _session(self) -> Session:
        module, criteria = str(self._token.module), TokenCriteria(label=self._token.name)
        try:
            return open_pkcs11_session(module, None, criteria, self._token.pin)
        except UserAlreadyLoggedIn:  # a login in PKCS#11 holds for all sessions of a process
            return open_pkcs11_session(module, None, criteria)


class CachingSigner(Signer):
    """Reuses the CMS structure of its first signature.

    Without timestamps, two signatures with one key differ only in the digest of the document and in
    the signature over it. Building the rest again takes half of the time that sealing takes. The
    key is read once, while pyHanko's own signers read it for every signature.
    """

    def __init__(
        self, sign: BareSignature, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._sign = sign
        self._first: tuple[bytes, bytes] | None = None
        self.certificate = certificate
        self.chain = chain

    async def async_sign(  # noqa: PLR0917  # the signature of pyHanko's method
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
        # A timestamp is over this very signature, so a signature with one cannot be reused.
        if self._first is not None and timestamper is None:
            return await self._like_the_first(*self._first, data_digest, digest_algorithm)
        signature = await super().async_sign(
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
            self._first = (signature.dump(), data_digest)
        return signature

    async def _like_the_first(
        self, first: bytes, first_digest: bytes, digest: bytes, algorithm: str
    ) -> cms.ContentInfo:
        signature = cms.ContentInfo.load(first)
        signer = signature["content"]["signer_infos"][0]
        # The signature covers the attributes with the tag of a SET, not with the context tag that
        # the container gives them (RFC 5652, section 5.4). Both digests have one length, so
        # replacing the message-digest attribute leaves the encoding of the rest valid.
        attributes = signer["signed_attrs"].untag().dump().replace(first_digest, digest)
        signer["signed_attrs"] = cms.CMSAttributes.load(attributes)
        signer["signature"] = await self._sign(attributes, algorithm)
        return signature

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: ARG002  # pyHanko makes a dry run only to learn the length
    ) -> bytes:
        return await self._sign(data, digest_algorithm)

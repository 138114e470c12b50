"""The publication's key where it is kept: in a PKCS#12 file, or in a device it never leaves."""

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

# Data and the name of a digest → the bare signature.
BareSignature: TypeAlias = Callable[[bytes, str], Awaitable[bytes]]


class KeyUnusable(Exception):
    """No RSA or EC key with its certificate can be read there with these secrets."""


class DeviceSilent(OSError):
    """The device that keeps the key does not answer: try again."""


@dataclass(frozen=True, slots=True)
class Token:
    """A key in a PKCS#11 device: `module` is the library of its maker, `key` the label of both the
    key and its certificate."""

    module: Path
    name: str
    pin: str
    key: str


def signer_from_pkcs12(path: Path, passphrase: str = "") -> "KeptSigner":
    try:
        kept = load_pkcs12(path.read_bytes(), passphrase.encode() or None)
    except ValueError as error:
        raise KeyUnusable(f"{path.name}: {error}") from None
    key = kept.key
    if kept.cert is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusable(f"{path.name} holds no RSA or EC key with its certificate")
    own = _readable(kept.cert.certificate)
    chain = [_readable(other.certificate) for other in kept.additional_certs]

    async def sign(data: bytes, digest_algorithm: str) -> bytes:
        digest = _DIGESTS[digest_algorithm]
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), digest)
        return key.sign(data, ec.ECDSA(digest))

    return KeptSigner(sign, own, chain)


def signer_from_token(token: Token) -> "KeptSigner":
    """The certificates that stand beside the key in the device are given with every signature."""
    device = _Device(token)
    own, others = device.certificates()
    return KeptSigner(device.sign, own, others)


def _readable(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Device:
    """One session, opened anew after a failure; its operations cannot be mixed with each other."""

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
        with self._turn:
            try:
                return await self._open().async_sign_raw(data, digest_algorithm)
            except PKCS11Error as error:
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
            # Few devices digest for an elliptic curve; reading the certificate for that reads the
            # key as well, which later would be done in another thread.
            signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
            self._opened = signer
        return self._opened

    def _session(self) -> Session:
        module, criteria = str(self._token.module), TokenCriteria(label=self._token.name)
        try:
            return open_pkcs11_session(module, None, criteria, self._token.pin)
        except UserAlreadyLoggedIn:  # by another session of this process: it holds for all
            return open_pkcs11_session(module, None, criteria)


class KeptSigner(Signer):
    """Keeps the key, and the first signature too.

    Without timestamps two signatures of one key differ in the digest of the document and in the
    signature over it. To build the rest anew takes pyHanko half of the time of sealing.
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
            return await self._like_the_first(*self._first, data_digest, digest_algorithm)
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

    async def _like_the_first(
        self, first: bytes, first_digest: bytes, digest: bytes, algorithm: str
    ) -> cms.ContentInfo:
        made = cms.ContentInfo.load(first)
        signer = made["content"]["signer_infos"][0]
        attributes = signer["signed_attrs"].untag().dump().replace(first_digest, digest)
        signer["signed_attrs"] = cms.CMSAttributes.load(attributes)
        signer["signature"] = await self._sign(attributes, algorithm)
        return made

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: ARG002  # pyHanko asks for one only to learn the length
    ) -> bytes:
        return await self._sign(data, digest_algorithm)

"""Make a self-signed key for a publication that has configured none."""

import datetime as dt
import os
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

_YEARS = 10
# PDF viewers show these lines in the signature panel.
_SELF_MADE = "Самоподписанный сертификат"
_NOT_QUALIFIED = "Не является квалифицированной электронной подписью"
# X.509 allows 64 characters per name (RFC 5280, appendix A.1). The library counts the bytes of a
# common name, where Cyrillic takes two each, so the organization holds the longer name.
_LONGEST_NAME = 64


def make_self_signed(path: Path, name: str, passphrase: str = "") -> None:
    """Write a P-256 key with its certificate to `path`, unless the file exists.

    Safe if several processes call it at once. The certificate states that it is self-signed and
    that its signatures are not qualified.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, because a hard link cannot cross file systems.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_self_signed(name, passphrase))
        file.flush()
        os.fsync(file.fileno())
    try:
        # Unlike a rename, a hard link fails if another process has written the file first.
        path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _self_signed(name: str, passphrase: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, _shortened(name)),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _SELF_MADE),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _NOT_QUALIFIED),
        ]
    )
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    certificate = _certificate(subject, key)
    return serialize_key_and_certificates(name.encode(), key, certificate, None, encryption)


def _shortened(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore").strip()


def _certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    begins = dt.datetime.now(dt.UTC).replace(microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=True,
        # The usage that says that the signer vouches for content (RFC 5280, section 4.2.1.3).
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        # RFC 5280 allows twenty bytes; eight are short enough to print in the seal.
        .serial_number(secrets.randbits(63) | 1 << 62)
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=365 * _YEARS))
        # Not a CA: the key can sign documents but no other certificates.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )

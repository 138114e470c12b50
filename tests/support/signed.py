import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

NAME = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Вести образования")])


def vouched_for(key, until=None):
    """Return a self-signed certificate of the key."""
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=365))
        .not_valid_after(until or now + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def expired_key(path):
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = vouched_for(key, until=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    bundle = serialize_key_and_certificates(b"old", key, certificate, None, NoEncryption())
    path.write_bytes(bundle)

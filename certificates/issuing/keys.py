"""Which key seals for a publication, and which services vouch for the time."""

from functools import cache
from pathlib import Path

from django.conf import settings

from certificates.signing import (
    Archivist,
    KeyUnusable,
    Seal,
    Token,
    make_self_signed,
    signer_from_pkcs12,
    signer_from_token,
)
from core.models import Site


def seal_of(site: Site) -> Seal:
    """The configured key, or else one that the product makes for the publication and keeps.

    Raises `KeyUnusable`, also where the key's certificate has ended: what it sealed would be
    valid nowhere.
    """
    seal = _configured() or _self_made(site)
    if seal.has_ended:
        raise KeyUnusable(f"the certificate {seal.mark.serial_number} of the key has ended")
    return seal


def archivist() -> Archivist | None:
    """None where nobody is named who would vouch for the time, or nobody to vouch for them."""
    url, roots = settings.CERTIFICATES_TIMESTAMP_URL, settings.CERTIFICATES_TRUST_ROOTS
    return Archivist(url, Path(roots)) if url and roots else None


def _configured() -> Seal | None:
    if settings.CERTIFICATES_PKCS11_MODULE:
        token = Token(
            Path(settings.CERTIFICATES_PKCS11_MODULE),
            settings.CERTIFICATES_PKCS11_TOKEN,
            settings.CERTIFICATES_PKCS11_PIN,
            settings.CERTIFICATES_PKCS11_KEY,
        )
        return _of_token(token, settings.CERTIFICATES_TIMESTAMP_URL)
    if settings.CERTIFICATES_PKCS12:
        path, passphrase = settings.CERTIFICATES_PKCS12, settings.CERTIFICATES_PKCS12_PASSPHRASE
        return _of_file(Path(path), passphrase, settings.CERTIFICATES_TIMESTAMP_URL)
    return None


def _self_made(site: Site) -> Seal:
    path = Path(settings.VAR_DIR) / "keys" / f"{site.slug}.p12"
    make_self_signed(path, site.legal_name_ru)
    return _of_file(path, "", settings.CERTIFICATES_TIMESTAMP_URL)


@cache
def _of_file(path: Path, passphrase: str, timestamp_url: str) -> Seal:
    return Seal(signer_from_pkcs12(path, passphrase), timestamp_url=timestamp_url)


@cache
def _of_token(token: Token, timestamp_url: str) -> Seal:
    return Seal(signer_from_token(token), timestamp_url=timestamp_url)

"""Choose the key that seals the documents of a publication, and the timestamp service."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from certificates.signing import (
    Archiver,
    KeyUnusable,
    Seal,
    Token,
    make_self_signed,
    signer_from_pkcs12,
    signer_from_token,
)
from core.models import Site


@dataclass(frozen=True, slots=True)
class SealSetup:
    """Which settings for seals are there. No key is read: web processes may have none."""

    has_own_key: bool
    has_timestamps: bool
    makes_archive_copies: bool


def seal_setup() -> SealSetup:
    url, roots = settings.CERTIFICATES_TIMESTAMP_URL, settings.CERTIFICATES_TRUST_ROOTS
    return SealSetup(
        has_own_key=bool(settings.CERTIFICATES_PKCS11_MODULE or settings.CERTIFICATES_PKCS12),
        has_timestamps=bool(url),
        makes_archive_copies=bool(url and roots),
    )


def seal_of(site: Site) -> Seal:
    """Return the configured key, or a self-signed one that is made for the publication once.

    Raises `KeyUnusable`, also if the key's certificate has expired, because no viewer would accept
    such a seal.
    """
    seal = _configured() or _self_made(site)
    if seal.has_expired:
        raise KeyUnusable(f"the certificate {seal.mark.serial_number} of the key has expired")
    return seal


def archiver() -> Archiver | None:
    """Return None unless both a timestamp service and the roots it is trusted by are configured."""
    url, roots = settings.CERTIFICATES_TIMESTAMP_URL, settings.CERTIFICATES_TRUST_ROOTS
    return Archiver(url, Path(roots)) if url and roots else None


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


# A key is read once in a process: to change it, restart the processes (docs/operations.md).
@cache
def _of_file(path: Path, passphrase: str, timestamp_url: str) -> Seal:
    return Seal(signer_from_pkcs12(path, passphrase), timestamp_url=timestamp_url)


@cache
def _of_token(token: Token, timestamp_url: str) -> Seal:
    return Seal(signer_from_token(token), timestamp_url=timestamp_url)

"""What the register answers to a code or a number: pure reading, open to everybody."""

from dataclasses import dataclass
from enum import StrEnum

from certificates.models import Certificate
from certificates.numbers import read_code, read_number
from certificates.permissions import find_by_code, find_by_number
from certificates.states import CertificateState


class Finding(StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    NOT_FOUND = "not_found"
    MISTYPED = "mistyped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`holder` is masked where only the number was known: numbers can be tried one by one."""

    finding: Finding
    certificate: Certificate | None = None
    holder: str = ""
    by_code: bool = False


_FINDINGS = {
    CertificateState.VALID: Finding.VALID,
    CertificateState.SUPERSEDED: Finding.SUPERSEDED,
    CertificateState.REVOKED: Finding.REVOKED,
}


def by_code(typed: str) -> Verdict:
    if read_code(typed) is None:
        return Verdict(Finding.MISTYPED)
    certificate = find_by_code(typed)
    if certificate is None:
        return Verdict(Finding.NOT_FOUND)
    return Verdict(_finding(certificate), certificate, certificate.holder, by_code=True)


def by_number(typed: str) -> Verdict:
    if read_number(typed) is None:
        return Verdict(Finding.MISTYPED)
    certificate = find_by_number(typed)
    if certificate is None:
        return Verdict(Finding.NOT_FOUND)
    return Verdict(_finding(certificate), certificate, masked(certificate.holder))


def by_either(typed: str) -> Verdict:
    return by_code(typed) if read_code(typed) else by_number(typed)


def _finding(certificate: Certificate) -> Finding:
    return _FINDINGS[CertificateState(certificate.state)]


def masked(name: str) -> str:
    """«Иванова Мария Петровна» → «И****** М. П.»"""
    first, *others = name.split() or [""]
    initials = [f"{other[0]}." for other in others]
    return " ".join([first[:1] + "*" * (len(first) - 1), *initials])

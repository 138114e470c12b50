"""Seal PDFs and inspect seals. Only this package imports pyHanko.

The seal is a PAdES signature (ETSI EN 319 142-1) with the publication's own key. It is not a
qualified electronic signature.
"""

from certificates.signing.archives import ArchiveCopy, Archiver
from certificates.signing.keys import make_self_signed
from certificates.signing.reports import LARGEST, SealReport, SealVerdict, inspect, without_padding
from certificates.signing.seals import Seal, timestamp_of
from certificates.signing.signers import (
    DeviceSilent,
    KeyUnusable,
    Token,
    signer_from_pkcs12,
    signer_from_token,
)

__all__ = [
    "LARGEST",
    "ArchiveCopy",
    "Archiver",
    "DeviceSilent",
    "KeyUnusable",
    "Seal",
    "SealReport",
    "SealVerdict",
    "Token",
    "inspect",
    "make_self_signed",
    "signer_from_pkcs12",
    "signer_from_token",
    "timestamp_of",
    "without_padding",
]

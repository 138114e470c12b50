"""PDF → sealed PDF, and what a seal says of a file. The only package that knows pyHanko.

The seal is an electronic signature made with the publication's own key, never a qualified one.
"""

from certificates.signing.archives import ArchiveCopy, Archiver
from certificates.signing.keys import make_self_signed
from certificates.signing.reports import LARGEST, SealReport, Verdict, inspect
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
    "Token",
    "Verdict",
    "inspect",
    "make_self_signed",
    "signer_from_pkcs12",
    "signer_from_token",
    "timestamp_of",
]

"""Facts → PDF, built to PDF/A-3a and PDF/UA-1 by Typst. Knows no database and no settings."""

from certificates.rendering.designs import Design, Picture, Role, SealArea, SealPlace
from certificates.rendering.documents import preview, render
from certificates.rendering.errors import DoesNotFit, ForeignCode, UnprintableText
from certificates.rendering.facts import CertificateFacts, Line, Publication, SealMark
from certificates.rendering.starters import starter
from certificates.rendering.trying import Fault, FaultKind, Fitted, Outcome, try_out

__all__ = [
    "CertificateFacts",
    "Design",
    "DoesNotFit",
    "Fault",
    "FaultKind",
    "Fitted",
    "ForeignCode",
    "Line",
    "Outcome",
    "Picture",
    "Publication",
    "Role",
    "SealArea",
    "SealMark",
    "SealPlace",
    "UnprintableText",
    "preview",
    "render",
    "starter",
    "try_out",
]

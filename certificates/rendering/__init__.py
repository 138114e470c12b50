"""Render a certificate as a PDF from plain data. Imports neither models nor settings.

Typst is asked for PDF/A-3a (ISO 19005-3, level A) and PDF/UA-1 (ISO 14289-1), so a document that
breaks either standard is a compile error.
"""

from certificates.rendering.design import (
    Design,
    DesignImage,
    ImageRole,
    SealArea,
    SealPlace,
    prints_dative,
)
from certificates.rendering.document_data import DocumentData, Line, Publication, SealMark
from certificates.rendering.errors import DoesNotFit, ForeignCode, TooDemanding, UnprintableText
from certificates.rendering.render_document import preview, render
from certificates.rendering.sandbox import (
    Fault,
    FaultKind,
    FittedText,
    SandboxResult,
    render_in_sandbox,
)
from certificates.rendering.starters import starter

__all__ = [
    "Design",
    "DesignImage",
    "DocumentData",
    "DoesNotFit",
    "Fault",
    "FaultKind",
    "FittedText",
    "ForeignCode",
    "ImageRole",
    "Line",
    "Publication",
    "SandboxResult",
    "SealArea",
    "SealMark",
    "SealPlace",
    "TooDemanding",
    "UnprintableText",
    "preview",
    "prints_dative",
    "render",
    "render_in_sandbox",
    "starter",
]

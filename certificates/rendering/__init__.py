"""Facts → PDF, built to PDF/A-3a and PDF/UA-1 by Typst. Knows no database and no settings."""

from certificates.rendering.documents import preview, render
from certificates.rendering.errors import DoesNotFit, UnprintableText
from certificates.rendering.facts import CertificateFacts, Line, Publication, SealMark
from certificates.rendering.versions import (
    SealPlace,
    TemplateVersion,
    latest,
    seal_place,
    templates,
)

__all__ = [
    "CertificateFacts",
    "DoesNotFit",
    "Line",
    "Publication",
    "SealMark",
    "SealPlace",
    "TemplateVersion",
    "UnprintableText",
    "latest",
    "preview",
    "render",
    "seal_place",
    "templates",
]

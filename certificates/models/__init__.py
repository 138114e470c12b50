from certificates.models.applications import AnswerFile, Application, Confirmation
from certificates.models.audit import CertificateEvent, TemplateEvent
from certificates.models.imports import Import, ImportRow
from certificates.models.programmes import FormVersion, Institution, Programme
from certificates.models.register import Certificate, NumberCounter, SealCertificate
from certificates.models.seals import ArchivedDocument
from certificates.models.templates import (
    RenderCheck,
    Template,
    TemplateImage,
    TemplateVersion,
)

__all__ = [
    "AnswerFile",
    "Application",
    "ArchivedDocument",
    "Certificate",
    "CertificateEvent",
    "Confirmation",
    "FormVersion",
    "Import",
    "ImportRow",
    "Institution",
    "NumberCounter",
    "Programme",
    "RenderCheck",
    "SealCertificate",
    "Template",
    "TemplateEvent",
    "TemplateImage",
    "TemplateVersion",
]

from certificates.models.applications import AnswerFile, Application, Confirmation
from certificates.models.imports import Import, ImportRow
from certificates.models.programmes import FormVersion, Institution, Programme
from certificates.models.record import CertificateEvent
from certificates.models.register import Certificate, NumberCounter

__all__ = [
    "AnswerFile",
    "Application",
    "Certificate",
    "CertificateEvent",
    "Confirmation",
    "FormVersion",
    "Import",
    "ImportRow",
    "Institution",
    "NumberCounter",
    "Programme",
]

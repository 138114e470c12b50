from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.applications import Application
from certificates.models.register import Certificate
from core.audit import AuditEntry


class CertificateEvent(AuditEntry):
    """The record of an application and of the certificate it became."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="events"
    )

    class Meta(AuditEntry.Meta):
        verbose_name = _("certificate event")
        verbose_name_plural = _("certificate events")

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.applications import Application
from certificates.models.register import Certificate
from certificates.models.templates import Template
from core.audit import StatusEvent


class CertificateEvent(StatusEvent):
    """An audit event of an application, or of the certificate that was issued for it."""

    class Action(models.TextChoices):
        APPLICATION_CONFIRMED = "application.confirmed", _("confirmed by the applicant")
        APPLICATION_IMPORTED = "application.imported", _("imported from a table")
        APPLICATION_WITHDRAWN = "application.withdrawn", _("withdrawn by the applicant")
        APPLICATION_APPROVED = "application.approved", _("application approved")
        APPLICATION_RETURNED = "application.returned", _("application returned for correction")
        APPLICATION_REJECTED = "application.rejected", _("application rejected")
        CORRECTION_STARTED = "correction.started", _("correction started")
        CORRECTION_CLOSED = "correction.closed", _("correction closed: its certificate was revoked")
        ISSUED = "certificate.issued", _("certificate issued, number assigned")
        SEALED = "certificate.sealed", _("document created and sealed")
        ARCHIVED = "certificate.archived", _("archive copy made")
        ARCHIVE_RENEWED = "certificate.archive_renewed", _("archive copy renewed")
        EMAIL_SENT = "certificate.email_sent", _("e-mail sent")
        EMAIL_REQUESTED = "certificate.email_requested", _("e-mail requested again")
        EMAIL_BOUNCED = "certificate.email_bounced", _("e-mail bounced")
        CLAIMED = "certificate.claimed", _("taken into an account by its holder")
        NAME_SHOWN = "certificate.name_shown", _("name made public by the holder")
        NAME_HIDDEN = "certificate.name_hidden", _("name hidden by the holder")
        REVOKED = "certificate.revoked", _("certificate revoked")
        SUPERSEDED = "certificate.superseded", _("certificate replaced by a corrected one")
        ERASED = "certificate.erased", _("personal data erased")

    action = models.CharField(max_length=40, choices=Action)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="events"
    )

    class Meta(StatusEvent.Meta):
        verbose_name = _("certificate event")
        verbose_name_plural = _("certificate events")


class TemplateEvent(StatusEvent):
    """An audit event of a template. `number` is that of the version, which may be a draft that
    was discarded since."""

    class Action(models.TextChoices):
        INSTALLED = "template.installed", _("installed with the publication")
        DRAFT_CREATED = "template.draft_created", _("draft created")
        EDITED = "template.edited", _("draft edited")
        IMAGE_SET = "template.image_set", _("image set")
        IMAGE_REMOVED = "template.image_removed", _("image removed")
        RENAMED = "template.renamed", _("template renamed")
        DRAFT_DISCARDED = "template.draft_discarded", _("draft discarded")
        ACTIVATED = "template.activated", _("version put to use")
        RETIRED = "template.retired", _("version taken out of use")

    action = models.CharField(max_length=40, choices=Action)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()

    class Meta(StatusEvent.Meta):
        verbose_name = _("template event")
        verbose_name_plural = _("template events")

from django.db import models
from django.utils import timezone

from certificates.models.register import Certificate
from certificates.querysets import ArchivedDocumentQuerySet


class ArchivedDocument(models.Model):
    """The archive copy of a document, with everything that validating its seal needs.

    See certificates/signing/archives.py. A renewal replaces the file and the times.
    """

    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, related_name="archived"
    )
    file = models.FileField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    made_at = models.DateTimeField()
    relied_on_until = models.DateTimeField(
        help_text="When the certificate of the last timestamp expires."
    )
    renew_at = models.DateTimeField()

    objects = ArchivedDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            # A nightly task looks for copies that are due.
            models.Index(fields=["renew_at"], name="archived_document_renewal"),
            # The public verification page looks files up by their digest.
            models.Index(fields=["digest"], name="archived_document_by_file"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} until {self.relied_on_until:%Y-%m-%d}"

    @property
    def is_due(self) -> bool:
        return self.renew_at <= timezone.now()

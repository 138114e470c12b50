from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models.applications import Application
from certificates.models.programmes import FormVersion, Programme
from certificates.querysets import ImportQuerySet, ImportRowQuerySet
from certificates.states import ImportProblem, ImportStatus, RowStatus


class Import(models.Model):
    """A table of people that a registrar has uploaded; each row becomes a certificate."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="imports")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=ImportStatus, default=ImportStatus.UPLOADED.value
    )
    filename = models.CharField(max_length=200)
    table = models.FileField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    layout = models.JSONField(
        default=dict, help_text="How the registrar wants the table to be read."
    )
    findings = models.JSONField(default=dict, help_text="How the table was read.")
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="Key of a field to number of its column.")
    # Without a doubt about the columns there is nothing to confirm.
    columns_confirmed = models.BooleanField(default=False)
    with_doubtful = models.BooleanField(default=False)
    warning = models.TextField(
        blank=True, help_text="The sentence under which the registrar vouched for the rows."
    )
    language = models.CharField(max_length=5, default="ru")
    ip = models.GenericIPAddressField(null=True)
    problem = models.CharField(max_length=12, choices=ImportProblem, blank=True)
    archive = models.FileField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            # Uploading the same file again leads to the first import, and nothing is issued twice.
            models.UniqueConstraint(fields=["programme", "digest"], name="import_file_once"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_at_work(self) -> bool:
        return self.status in {ImportStatus.UPLOADED, ImportStatus.RUNNING} or (
            self.status == ImportStatus.FINISHED and not self.archive and not self.problem
        )

    @property
    def needs_columns(self) -> bool:
        """The registrar has to confirm the columns before anything is issued."""
        return bool(self.findings.get("is_doubtful")) and not self.columns_confirmed


class ImportRow(models.Model):
    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    # Repeated from the import, because the constraint below cannot look into another table.
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    cells = models.JSONField()
    answers = models.JSONField(default=dict)
    faults = models.JSONField(default=dict, help_text="Language to key of a field to messages.")
    digest = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=RowStatus, default=RowStatus.FAULTY.value)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, related_name="import_row"
    )

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            # Messages name the row by its position in the file.
            models.UniqueConstraint(fields=["source", "position"], name="import_row_place_once"),
            # The last guard against issuing one row twice, also from two files: a chunk checks it
            # before.
            models.UniqueConstraint(
                fields=["programme", "digest"],
                condition=Q(status=RowStatus.ISSUED),
                name="import_row_issued_once",
            ),
            # A row counts as issued only together with what was issued.
            models.CheckConstraint(
                condition=Q(status=RowStatus.ISSUED, application__isnull=False)
                | (~Q(status=RowStatus.ISSUED) & Q(application=None)),
                name="import_row_issued_has_application",
            ),
        ]
        indexes = [
            # Counting and the next row to issue, many times a second while an import runs.
            models.Index(fields=["source", "status", "position"], name="import_row_status"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.position}"

    def faults_in(self, language: str | None) -> dict[str, list[str]]:
        """Return the messages by key of the field."""
        messages: dict[str, list[str]] = self.faults.get(language or settings.LANGUAGE_CODE, {})
        return messages

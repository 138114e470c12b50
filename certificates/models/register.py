from datetime import date, datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates import numbers
from certificates.fields import FieldKind
from certificates.models.applications import Application
from certificates.models.programmes import Programme
from certificates.models.templates import TemplateVersion
from certificates.querysets import CertificateQuerySet
from certificates.states import CertificateStatus


class NumberCounter(models.Model):
    """The last serial of a programme and year. The row is locked while the next is assigned."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # Two counters of one year would assign each number twice.
            models.UniqueConstraint(fields=["programme", "year"], name="number_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year}: {self.last_serial}"


class SealCertificate(models.Model):
    """An X.509 certificate that sealed documents. It is kept after the key was replaced."""

    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256.")
    pem = models.TextField()
    owner = models.CharField(max_length=200)
    serial_number = models.CharField(max_length=64)
    valid_until = models.DateField()
    is_self_signed = models.BooleanField()

    class Meta:
        # Old seals are verified against this row long after the key was replaced.
        triggers = [
            pgtrigger.Protect(
                name="seal_certificate_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}, {self.serial_number}"


class Certificate(models.Model):
    """An issued certificate. Its content is frozen by triggers, and the row is never deleted."""

    # One-to-one: a task that issues twice fails here instead of assigning a second number.
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="certificate"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="certificates")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=24, unique=True)
    # Random, in contrast to the number: who has the code has seen the document.
    code = models.CharField(max_length=16, unique=True)
    status = models.CharField(
        max_length=10, choices=CertificateStatus, default=CertificateStatus.VALID.value
    )
    holder = models.CharField(max_length=320)
    title = models.CharField(max_length=200)
    template = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="certificates"
    )
    document_data = models.JSONField(
        help_text="The content of the document: see certificates/rendering/document_data.py."
    )
    language = models.CharField(max_length=5)
    email = models.EmailField(help_text="The address for the e-mail with the document.")
    issued_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    # One-to-one: a certificate has at most one successor.
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.TextField(blank=True)
    document = models.FileField(max_length=200, blank=True)
    document_digest = models.CharField(max_length=64, blank=True)
    seal = models.ForeignKey(
        SealCertificate, on_delete=models.PROTECT, null=True, related_name="certificates"
    )
    sealed_at = models.DateTimeField(null=True)
    timestamped_at = models.DateTimeField(
        null=True,
        help_text="When the timestamp service saw the seal. Null if no service is configured.",
    )
    mailed_at = models.DateTimeField(null=True)
    email_number = models.PositiveSmallIntegerField(
        default=1,
        help_text="The number of the newest e-mail with the document; resending adds one.",
    )
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.CharField(max_length=500, blank=True)
    name_is_public = models.BooleanField(
        default=False, help_text="Whether verification by number shows the full name."
    )
    erased_at = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-id"]
        constraints = [
            # The printed number is made from these three.
            models.UniqueConstraint(
                fields=["programme", "year", "serial"], name="certificate_serial_once"
            ),
            # The verification page shows these dates. A superseded certificate may be revoked
            # later, so a revoked one may have both.
            models.CheckConstraint(
                condition=Q(status=CertificateStatus.VALID, superseded_at=None, revoked_at=None)
                | Q(
                    status=CertificateStatus.SUPERSEDED,
                    superseded_at__isnull=False,
                    revoked_at=None,
                )
                | Q(status=CertificateStatus.REVOKED, revoked_at__isnull=False),
                name="certificate_state_when",
            ),
            # A certificate counts as sealed only if its file, the digest and the key's certificate
            # are known.
            models.CheckConstraint(
                condition=Q(
                    sealed_at=None, timestamped_at=None, seal=None, document="", document_digest=""
                )
                | (
                    Q(sealed_at__isnull=False, seal__isnull=False)
                    & ~Q(document="")
                    & ~Q(document_digest="")
                ),
                name="certificate_sealed_has_document",
            ),
            # The e-mail leads to the document, so there must be one.
            models.CheckConstraint(
                condition=Q(mailed_at=None) | Q(sealed_at__isnull=False),
                name="certificate_mailed_after_seal",
            ),
        ]
        indexes = [
            # The sweep that resumes unfinished work runs often, and nearly all rows are finished.
            models.Index(
                fields=["issued_at"], name="certificate_unfinished", condition=Q(mailed_at=None)
            ),
            # The public verification page looks files up by their digest.
            models.Index(fields=["document_digest"], name="certificate_by_file"),
            # A person without an account can list the certificates that were sent to their address.
            models.Index(Upper("email"), name="certificate_by_email"),
        ]
        triggers = [
            # A missing number would look like a forged certificate to those who verify it.
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
            # What was issued is what the holder has on paper; a correction is a new certificate.
            pgtrigger.ReadOnly(
                name="certificate_is_frozen",
                fields=[
                    "application",
                    "programme",
                    "year",
                    "serial",
                    "number",
                    "code",
                    "title",
                    "template",
                    "language",
                    "issued_at",
                    "expires_on",
                    "supersedes",
                ],
            ),
            # The digest identifies the file that was sent out: another file would not be found by
            # it.
            pgtrigger.Protect(
                name="certificate_seal_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sealed_at__isnull=False)
                & (
                    pgtrigger.Q(old__document__df=pgtrigger.F("new__document"))
                    | pgtrigger.Q(old__document_digest__df=pgtrigger.F("new__document_digest"))
                    | pgtrigger.Q(old__seal__df=pgtrigger.F("new__seal"))
                    | pgtrigger.Q(old__sealed_at__df=pgtrigger.F("new__sealed_at"))
                    | pgtrigger.Q(old__timestamped_at__df=pgtrigger.F("new__timestamped_at"))
                ),
            ),
            # Only the update that erases the person may change their data.
            pgtrigger.Protect(
                name="certificate_holder_is_frozen",
                operation=pgtrigger.Update,
                condition=(
                    pgtrigger.Q(old__holder__df=pgtrigger.F("new__holder"))
                    | pgtrigger.Q(old__document_data__df=pgtrigger.F("new__document_data"))
                )
                & ~pgtrigger.Q(old__erased_at__isnull=True, new__erased_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def seal_fingerprint(self) -> str:
        return self.seal.fingerprint if self.seal else ""

    @property
    def issued_on(self) -> date:
        """The printed date. `issued_at` is the moment, which in UTC may be of the day before."""
        return date.fromisoformat(self.document_data["issued_on"])

    @property
    def work(self) -> str:
        """The printed title of the work or the event, empty if it was erased or never asked for."""
        lines = self.document_data["lines"]
        titles = (line["value"] for line in lines if line["kind"] == FieldKind.TITLE)
        return next(filter(None, titles), "")

    @property
    def has_document(self) -> bool:
        return self.is_sealed and self.erased_at is None

    @property
    def has_expired(self) -> bool:
        if self.expires_on is None:
            return False
        return self.expires_on < timezone.localdate(None, self.programme.site.clock)

    @property
    def correctable_until(self) -> datetime:
        return self.issued_at + timedelta(days=self.programme.correction_days)

    @property
    def successor_number(self) -> str | None:
        return Certificate.objects.filter(supersedes=self).values_list("number", flat=True).first()

    @property
    def printed_code(self) -> str:
        return numbers.printed_code(self.code)

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certificates import numbers
from certificates.querysets import (
    ApplicationQuerySet,
    CertificateQuerySet,
    FormVersionQuerySet,
    ImportQuerySet,
    ImportRowQuerySet,
    InstitutionQuerySet,
    ProgrammeQuerySet,
)
from certificates.states import (
    CONFIRMED,
    DECIDED,
    EDITABLE,
    ApplicationState,
    CertificateState,
    ImportState,
    RowState,
)
from core.audit import AuditEntry
from core.languages import Localized
from core.models import Site


class Programme(models.Model):
    """What is issued: its texts, its numbering, who approves, and when one may apply."""

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", _("at once, unless something needs a look")
        REGISTRAR = "registrar", _("by a registrar")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="programmes")
    slug = models.SlugField(_("code in addresses"))
    title_ru = models.CharField(pgettext_lazy("programme", "title in Russian"), max_length=200)
    title_en = models.CharField(
        pgettext_lazy("programme", "title in English"), max_length=200, blank=True
    )
    title = Localized()
    summary_ru = models.TextField(_("what it is, in Russian"), blank=True)
    summary_en = models.TextField(_("what it is, in English"), blank=True)
    summary = Localized()
    statement_ru = models.TextField(
        _("what the document certifies, in Russian"),
        blank=True,
        help_text=_("Stands on the document and on the verification page."),
    )
    statement_en = models.TextField(_("what the document certifies, in English"), blank=True)
    statement = Localized()
    template = models.SlugField(_("template of the document"))
    number_prefix = models.CharField(
        _("letters of the number"),
        max_length=4,
        unique=True,
        validators=[
            RegexValidator(
                f"^[{numbers.PREFIX_LETTERS}]{{1,4}}$",
                _("One to four of the letters A, B, C, E, H, K, M, P, T, X."),
            )
        ],
    )
    approval = models.CharField(
        _("approval"), max_length=10, choices=Approval, default=Approval.REGISTRAR
    )
    opens_at = models.DateTimeField(_("open from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("open until"), null=True, blank=True)
    limit_per_person = models.PositiveSmallIntegerField(
        _("applications per person"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    correction_days = models.PositiveSmallIntegerField(
        _("days for corrections"),
        default=30,
        help_text=_("How long after the issue the holder may ask for a correction."),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("months of validity"), null=True, blank=True, help_text=_("Empty: without end.")
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "slug"], name="programme_slug_once"),
            models.CheckConstraint(
                condition=Q(opens_at=None)
                | Q(closes_at=None)
                | Q(closes_at__gt=models.F("opens_at")),
                name="programme_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_opened(self) -> bool:
        return self.opens_at is None or self.opens_at <= timezone.now()

    @property
    def has_closed(self) -> bool:
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.has_opened and not self.has_closed


class FormVersion(models.Model):
    """The questions of a programme as they stood: an application keeps the form it was begun on."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="forms")
    version = models.PositiveIntegerField()
    questions = models.JSONField(help_text="See certificates/forms.py.")
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="form_version_once"),
        ]
        triggers = [pgtrigger.ReadOnly(name="form_is_frozen", exclude=["published_by"])]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version}"


# A rare name is worth a glance where a registrar looks anyway, and holds up nobody by itself.
RISK_LET_THROUGH = 1


class Application(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="applications",
    )
    state = models.CharField(
        max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    answers = models.JSONField(default=dict)
    kept = models.JSONField(
        default=list, help_text="What was left as it is: [question, slip, value]."
    )
    language = models.CharField(max_length=5, default="ru")
    lead = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="co_applications",
        help_text="For a co-author: the application that named them.",
    )
    corrects = models.ForeignKey(
        "Certificate",
        on_delete=models.PROTECT,
        null=True,
        related_name="corrections",
        help_text="The certificate that this application asks to replace.",
    )
    twin_digest = models.CharField(
        max_length=64, blank=True, help_text="See certificates/risks.py."
    )
    risk = models.PositiveSmallIntegerField(default=0)
    risk_reasons = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text="What the registrar asks, for the applicant.")
    note_question = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "applicant"],
                condition=Q(state=ApplicationState.DRAFT, corrects=None, lead=None),
                name="application_one_draft",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(
                    state__in=[
                        ApplicationState.DRAFT,
                        ApplicationState.SUBMITTED,
                        ApplicationState.RETURNED,
                        ApplicationState.APPROVED,
                    ]
                ),
                name="application_one_correction",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.WITHDRAWN)
                | Q(state=ApplicationState.DRAFT, confirmed_at=None)
                | Q(state__in=sorted(CONFIRMED), confirmed_at__isnull=False),
                name="application_confirmed_when",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.WITHDRAWN)
                | Q(state__in=sorted(DECIDED), decided_at__isnull=False)
                | Q(
                    state__in=[ApplicationState.DRAFT, ApplicationState.SUBMITTED],
                    decided_at=None,
                ),
                name="application_decided_when",
            ),
        ]
        indexes = [
            # The registrar's queue asks for what waits, the doubtful and the oldest first.
            models.Index(
                "programme",
                models.F("risk").desc(),
                "confirmed_at",
                name="application_queue",
                condition=Q(state=ApplicationState.SUBMITTED),
            ),
            # Every confirmation looks for its twin among all applications of the programme.
            models.Index(fields=["programme", "twin_digest"], name="application_twins"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.programme}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def issued_certificate(self) -> "Certificate | None":
        return Certificate.objects.filter(application=self).first()

    @property
    def waits_for_registrar(self) -> bool:
        return self.state == ApplicationState.SUBMITTED and not self.passes_by_rule

    @property
    def passes_by_rule(self) -> bool:
        """A small correction passes even where each first application is looked at."""
        automatic = self.programme.approval == Programme.Approval.AUTOMATIC
        unsuspected = self.risk <= RISK_LET_THROUGH
        return unsuspected and (automatic or self.corrects_id is not None)


class Institution(models.Model):
    """A spelling that a registrar has approved, offered to those who type something like it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="institutions")
    name = models.CharField(_("spelling"), max_length=500)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="institution_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """What the applicant confirmed, word for word, and the circumstances: never changed."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="confirmations"
    )
    answers = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical answers.")
    preview_digest = models.CharField(max_length=64, help_text="SHA-256 of the picture shown.")
    slips_kept = models.JSONField(default=list)
    warning = models.TextField(help_text="The sentence that stood above the confirmation.")
    language = models.CharField(max_length=5)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="confirmation_stays", operation=pgtrigger.Delete),
            # Erasing the person empties what they typed; the digest stays.
            pgtrigger.Protect(
                name="confirmation_is_proof",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                | pgtrigger.Q(old__preview_digest__df=pgtrigger.F("new__preview_digest"))
                | pgtrigger.Q(old__application__df=pgtrigger.F("new__application"))
                | pgtrigger.Q(old__warning__df=pgtrigger.F("new__warning"))
                | pgtrigger.Q(old__language__df=pgtrigger.F("new__language"))
                | pgtrigger.Q(old__at__df=pgtrigger.F("new__at"))
                | pgtrigger.Q(new__address__isnull=False)
                | ~pgtrigger.Q(new__answers={}, new__slips_kept=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.digest[:12]}"


class NumberCounter(models.Model):
    """The last serial given in a programme and year; giving the next one locks the row."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "year"], name="number_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year}: {self.last_serial}"


class Certificate(models.Model):
    """One issued document. What it certifies is frozen at issue; the row is never deleted."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="certificate"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="certificates")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=24, unique=True)
    code = models.CharField(max_length=16, unique=True)
    state = models.CharField(
        max_length=10, choices=CertificateState, default=CertificateState.VALID
    )
    holder = models.CharField(max_length=320)
    title = models.CharField(max_length=200)
    facts = models.JSONField(help_text="All that the document says: see certificates/facts.py.")
    language = models.CharField(max_length=5)
    email = models.EmailField(help_text="Where the letter goes.")
    issued_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.TextField(blank=True)
    document = models.FileField(max_length=200, blank=True)
    document_digest = models.CharField(max_length=64, blank=True)
    seal_fingerprint = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the sealing key's certificate."
    )
    sealed_at = models.DateTimeField(null=True)
    mail_claimed_until = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    letters_asked = models.PositiveSmallIntegerField(
        default=1, help_text="The letter of issue, and each that was asked for again."
    )
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.CharField(max_length=500, blank=True)
    name_is_public = models.BooleanField(
        default=False, help_text="Whether the number alone, without the code, shows the name."
    )
    erased_at = models.DateTimeField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "serial"], name="certificate_serial_once"
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID, superseded_at=None, revoked_at=None)
                | Q(
                    state=CertificateState.SUPERSEDED,
                    superseded_at__isnull=False,
                    revoked_at=None,
                )
                | Q(state=CertificateState.REVOKED, revoked_at__isnull=False),
                name="certificate_state_when",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None, document="", document_digest="")
                | (Q(sealed_at__isnull=False) & ~Q(document="") & ~Q(document_digest="")),
                name="certificate_sealed_has_document",
            ),
            models.CheckConstraint(
                condition=Q(mailed_at=None) | Q(sealed_at__isnull=False),
                name="certificate_mailed_after_seal",
            ),
        ]
        indexes = [
            # The sweep that resumes unfinished work runs every minute; finished rows are the many.
            models.Index(
                fields=["issued_at"], name="certificate_unfinished", condition=Q(mailed_at=None)
            ),
            # Anyone at the verification page may look a file up by its digest.
            models.Index(fields=["document_digest"], name="certificate_by_file"),
            # A person without an account is shown what went to their address.
            models.Index(Upper("email"), name="certificate_by_email"),
        ]
        triggers = [
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
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
                    "language",
                    "issued_at",
                    "expires_on",
                    "supersedes",
                ],
            ),
            # Only the one act that erases the person takes their data out.
            pgtrigger.Protect(
                name="certificate_holder_is_frozen",
                operation=pgtrigger.Update,
                condition=(
                    pgtrigger.Q(old__holder__df=pgtrigger.F("new__holder"))
                    | pgtrigger.Q(old__facts__df=pgtrigger.F("new__facts"))
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
    def has_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def successor_number(self) -> str | None:
        return Certificate.objects.filter(supersedes=self).values_list("number", flat=True).first()

    @property
    def printed_code(self) -> str:
        return numbers.printed_code(self.code)


class Import(models.Model):
    """A table of people that a registrar has uploaded, to be issued certificates by the row."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="imports")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    filename = models.CharField(max_length=200)
    table = models.FileField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="Question to number of column.")
    with_doubtful = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    archive = models.FileField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "digest"], name="import_file_once"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_at_work(self) -> bool:
        return self.state in {ImportState.UPLOADED, ImportState.RUNNING} or (
            self.state == ImportState.FINISHED and not self.archive
        )


class ImportRow(models.Model):
    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    cells = models.JSONField()
    answers = models.JSONField(default=dict)
    faults = models.JSONField(default=dict, help_text="Question to sentences.")
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=RowState, default=RowState.FAULTY)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, related_name="import_row"
    )

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["source", "position"], name="import_row_place_once"),
            models.UniqueConstraint(
                fields=["programme", "digest"],
                condition=Q(state=RowState.ISSUED),
                name="import_row_issued_once",
            ),
            models.CheckConstraint(
                condition=Q(state=RowState.ISSUED, application__isnull=False)
                | (~Q(state=RowState.ISSUED) & Q(application=None)),
                name="import_row_issued_has_application",
            ),
        ]
        indexes = [
            # Counting and the next row to issue, many times a second while an import runs.
            models.Index(fields=["source", "state", "position"], name="import_row_state"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.position}"


class CertificateEvent(AuditEntry):
    """The record of an application and of the certificate it became."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="events"
    )

    class Meta(AuditEntry.Meta):
        verbose_name = _("certificate event")
        verbose_name_plural = _("certificate events")

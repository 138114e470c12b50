import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certificates import numbers
from certificates.fields import Field, fields_from_json
from certificates.models.templates import Template
from certificates.querysets import FormVersionQuerySet, InstitutionQuerySet, ProgrammeQuerySet
from core.languages import Localized
from core.models import Site


class Programme(models.Model):
    """A kind of certificate that a site issues: texts, numbers, who approves, when to apply."""

    class Approval(models.TextChoices):
        AUTOMATIC = "automatic", _("at once, unless something needs a look")
        REGISTRAR = "registrar", _("by a registrar")

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("publication")
    )
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
        help_text=_("Shown on the document and on the verification page."),
    )
    statement_en = models.TextField(_("what the document certifies, in English"), blank=True)
    statement = Localized()
    template = models.ForeignKey(
        Template,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("template of the document"),
    )
    template_chosen_at = models.DateTimeField(
        null=True, editable=False, help_text="When the template was last changed to another one."
    )
    # Unique over all sites, because a number alone must find one certificate.
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
        _("approval"), max_length=10, choices=Approval, default=Approval.REGISTRAR.value
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
    attach_document = models.BooleanField(
        _("the document is attached to the e-mail"),
        default=False,
        help_text=_("Otherwise the e-mail has a link: some mail systems refuse attachments."),
    )
    retention_law_ru = models.CharField(
        _("the law by which names are kept, in Russian"),
        max_length=300,
        blank=True,
        help_text=_(
            "When a person asks to be erased, the name stays in the register by this law, and the"
            " verification page says so. Empty: no name remains."
        ),
    )
    retention_law_en = models.CharField(
        _("the law by which names are kept, in English"), max_length=300, blank=True
    )
    retention_law = Localized()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["id"]
        constraints = [
            # The slug is the programme's address on the site.
            models.UniqueConstraint(fields=["site", "slug"], name="programme_slug_once"),
            # A programme that closes before it opens would never be open, and the registrar would
            # not see why.
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
    """A version of a programme's form. An application keeps the version that it began with."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="forms")
    version = models.PositiveIntegerField()
    questions = models.JSONField(help_text="See certificates/fields.py; code reads `fields`.")
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two registrars who publish at once must not both get the next number.
            models.UniqueConstraint(fields=["programme", "version"], name="form_version_once"),
        ]
        # Applications and confirmations are read by the form that they began with. Only the
        # reference to the account may become null, when it is erased.
        triggers = [pgtrigger.ReadOnly(name="form_is_frozen", exclude=["published_by"])]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version}"

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The questions, parsed once: a trigger keeps a published form from changing."""
        return fields_from_json(self.questions)


class Institution(models.Model):
    """A spelling of an institution that a registrar approved; others get it as a suggestion."""

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="institutions", verbose_name=_("publication")
    )
    name = models.CharField(_("spelling"), max_length=500)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]
        constraints = [
            # `review` inserts approved spellings with ON CONFLICT DO NOTHING on this constraint.
            models.UniqueConstraint(fields=["site", "name"], name="institution_once"),
        ]

    def __str__(self) -> str:
        return self.name

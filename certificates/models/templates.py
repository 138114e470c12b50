import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certificates.querysets import TemplateQuerySet, TemplateVersionQuerySet
from certificates.states import RenderCheckStatus, TemplateStatus
from core.languages import Localized
from core.models import Site


class Template(models.Model):
    """The look of documents, as a series of versions of which at most one is in use."""

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("publication")
    )
    slug = models.SlugField(_("code"))
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name = Localized()

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of documents")
        verbose_name_plural = _("templates of documents")
        ordering = ["id"]
        constraints = [
            # Documents name their template by its slug.
            models.UniqueConstraint(fields=["site", "slug"], name="template_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def active(self) -> "TemplateVersion | None":
        return self.versions.active()


class TemplateVersion(models.Model):
    """The source and page of a template. A version that was in use is frozen: documents name it."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(
        max_length=10, choices=TemplateStatus, default=TemplateStatus.DRAFT.value
    )
    source = models.TextField(help_text="Typst: see certificates/typst/README.md.")
    is_landscape = models.BooleanField()
    seal_left = models.FloatField(help_text="Millimetres from the left edge of the page.")
    seal_top = models.FloatField()
    seal_width = models.FloatField()
    seal_height = models.FloatField()
    digest = models.CharField(max_length=64, help_text="See certificates/rendering/design.py.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a template")
        verbose_name_plural = _("versions of templates")
        ordering = ["-number"]
        constraints = [
            # Documents name their version by its number, such as "publication/1".
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_number_once"
            ),
            # New documents need one look; activation retires the earlier version first.
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(status=TemplateStatus.ACTIVE),
                name="template_one_version_in_use",
            ),
            # The triggers below freeze a version by `activated_at`, so it must be set with the
            # status.
            models.CheckConstraint(
                condition=Q(status=TemplateStatus.DRAFT, activated_at=None)
                | Q(
                    status__in=[TemplateStatus.ACTIVE, TemplateStatus.RETIRED],
                    activated_at__isnull=False,
                ),
                name="template_version_activated_when",
            ),
        ]
        # Only drafts may change or disappear: every issued document can be traced to its source.
        triggers = [
            pgtrigger.Protect(
                name="template_version_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__activated_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="template_version_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__activated_at__isnull=False)
                & (
                    pgtrigger.Q(old__source__df=pgtrigger.F("new__source"))
                    | pgtrigger.Q(old__is_landscape__df=pgtrigger.F("new__is_landscape"))
                    | pgtrigger.Q(old__seal_left__df=pgtrigger.F("new__seal_left"))
                    | pgtrigger.Q(old__seal_top__df=pgtrigger.F("new__seal_top"))
                    | pgtrigger.Q(old__seal_width__df=pgtrigger.F("new__seal_width"))
                    | pgtrigger.Q(old__seal_height__df=pgtrigger.F("new__seal_height"))
                    | pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__template__df=pgtrigger.F("new__template"))
                    | pgtrigger.Q(old__activated_at__df=pgtrigger.F("new__activated_at"))
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return what the data of a document call it, such as "publication/1"."""
        return f"{self.template.slug}/{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == TemplateStatus.DRAFT

    @property
    def is_active(self) -> bool:
        return self.status == TemplateStatus.ACTIVE


_REFUSE_WHERE_FROZEN = """
IF EXISTS (
    SELECT FROM certificates_templateversion
     WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                  CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
       AND activated_at IS NOT NULL)
THEN
    RAISE EXCEPTION 'a version that was in use is frozen' USING ERRCODE = 'insufficient_privilege';
END IF;
RETURN COALESCE(NEW, OLD);
"""


class TemplateImage(models.Model):
    """An image of a version.

    Its content is stored in the row, so that a trigger can freeze it together with the version.
    """

    class Role(models.TextChoices):
        LOGO = "logo", _("logo")
        SIGNATURE = "signature", _("signature")
        STAMP = "stamp", pgettext_lazy("picture", "stamp")

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="images")
    role = models.CharField(max_length=10, choices=Role)
    content = models.BinaryField(help_text="PNG: see certificates/document_templates/images.py.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt_ru = models.CharField(_("description in Russian"), max_length=200)
    alt_en = models.CharField(_("description in English"), max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")

    class Meta:
        ordering = ["id"]
        constraints = [
            # A template refers to its images by their role.
            models.UniqueConstraint(fields=["version", "role"], name="template_image_role_once"),
            # PDF/UA-1 requires alternative text for each image (ISO 14289-1, 7.3), in the
            # document's language.
            models.CheckConstraint(
                condition=~Q(alt_ru="") & ~Q(alt_en=""), name="template_image_has_alt"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="template_image_is_frozen",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_REFUSE_WHERE_FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.role}"


class RenderCheck(models.Model):
    """The result of rendering a version with the longest past data.

    The cache, not the database, holds the images, for an hour.
    """

    version = models.ForeignKey(
        TemplateVersion, on_delete=models.CASCADE, related_name="render_checks"
    )
    digest = models.CharField(max_length=64, help_text="Of the version as it was checked.")
    status = models.CharField(
        max_length=10, choices=RenderCheckStatus, default=RenderCheckStatus.RUNNING.value
    )
    checked = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cases = models.JSONField(
        default=list, help_text="See certificates/document_templates/render_checks.py. No names."
    )
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Activation asks how old a finished check is.
            models.CheckConstraint(
                condition=Q(status=RenderCheckStatus.RUNNING, finished_at=None)
                | (~Q(status=RenderCheckStatus.RUNNING) & Q(finished_at__isnull=False)),
                name="render_check_finished_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.status}"

    @property
    def is_running(self) -> bool:
        return self.status == RenderCheckStatus.RUNNING

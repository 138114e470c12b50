import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.querysets import ConsentTextQuerySet
from core.audit import AuditEvent
from core.languages import Localized
from core.models import Site

_REFUSE = """
RAISE EXCEPTION 'a published consent text is never changed: publish a new version'
    USING ERRCODE = 'insufficient_privilege';
"""


class ConsentText(models.Model):
    """One version of what people are asked to agree to: one purpose, never several at once."""

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="consent_texts", verbose_name=_("publication")
    )
    purpose = models.SlugField(_("purpose"), help_text=_("Such as personal-data, terms, digest."))
    version = models.PositiveIntegerField(_("version"))
    is_required = models.BooleanField(_("no account without it"), default=False)
    label_ru = models.CharField(_("checkbox label in Russian"), max_length=300)
    label_en = models.CharField(_("checkbox label in English"), max_length=300, blank=True)
    label = Localized()
    body_ru = models.TextField(_("the text in Russian"))
    body_en = models.TextField(_("the text in English"), blank=True)
    body = Localized()
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["purpose", "-version"]
        constraints = [
            # Two administrators who write a new version at once must not both get its number.
            models.UniqueConstraint(
                fields=["site", "purpose", "version"], name="consent_version_once"
            ),
        ]
        # The ledger refers to the text that the person saw, so it must not change, not even from a
        # shell.
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func=_REFUSE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class ConsentRecord(AuditEvent):
    """The ledger: what was shown, in which language, when, from which IP address, by which act."""

    GIVEN = "consent.given"
    WITHDRAWN = "consent.withdrawn"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    # PROTECT: a consent can be proved only together with its text.
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="records")
    ip = models.GenericIPAddressField(null=True)
    act = models.CharField(max_length=40)
    language = models.CharField(max_length=5)

    class Meta(AuditEvent.Meta):
        verbose_name = _("consent record")
        verbose_name_plural = _("consent records")
        indexes = [
            # Asked for at each sign-in and on the person's own page.
            models.Index(fields=["user", "text"], name="consent_of_person"),
        ]

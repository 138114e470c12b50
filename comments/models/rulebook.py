import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.querysets.rulebook import RulebookQuerySet, RuleQuerySet
from comments.rule_texts import RuleText
from comments.states import AuthorNotice, Placeholder
from core.languages import Localized
from core.models import Site

_FREEZE = """
RAISE EXCEPTION 'a published rulebook is never changed' USING ERRCODE = 'insufficient_privilege';
"""


def _frozen() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="frozen",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=_FREEZE,
    )


class RulebookVersion(models.Model):
    """The house rules as they stood from `published_at` on, until the next version."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rulebooks")
    number = models.PositiveIntegerField(_("version"))
    digest = models.CharField(max_length=64, help_text="SHA-256 of its rules; see actions.rulebook")
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    # Not a foreign key: this frozen row must not block the erasure of the account.
    published_by_id = models.BigIntegerField(null=True)

    objects = RulebookQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the rulebook")
        verbose_name_plural = _("versions of the rulebook")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="rulebook_number_once"),
        ]
        triggers = [_frozen()]

    def __str__(self) -> str:
        return f"{self.site_id}/{self.number}"

    @property
    def texts(self) -> tuple[RuleText, ...]:
        return tuple(rule.as_text() for rule in self.rules.all())


class Rule(models.Model):
    version = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="rules")
    # The same rule keeps its code from version to version.
    code = models.SlugField(_("code"))
    position = models.PositiveSmallIntegerField()
    title_ru = models.CharField(_("title in Russian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title = Localized()
    text_ru = models.TextField(_("text in Russian"))
    text_en = models.TextField(_("text in English"), blank=True)
    text = Localized()
    placeholder = models.CharField(max_length=20, choices=Placeholder, blank=True)
    author_notice = models.CharField(max_length=20, choices=AuthorNotice, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="rule_code_once"),
        ]
        triggers = [_frozen()]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    def as_text(self) -> RuleText:
        return RuleText(
            code=self.code,
            title_ru=self.title_ru,
            title_en=self.title_en,
            text_ru=self.text_ru,
            text_en=self.text_en,
            placeholder=self.placeholder,
            author_notice=self.author_notice,
        )


class RulebookDraft(models.Model):
    """The next version of the house rules while editors work on it; it may be incomplete."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="rulebook_draft")
    # What it was begun from or last compared with; None where nothing was published yet.
    base = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, null=True, related_name="+")
    rules = models.JSONField(default=list)
    # Grows with every change: two editors who write at once must not undo each other's work.
    edition = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("draft of the rulebook")
        verbose_name_plural = _("drafts of the rulebook")

    def __str__(self) -> str:
        return f"{self.site_id}: {self.edition}"

    @property
    def texts(self) -> tuple[RuleText, ...]:
        return tuple(RuleText(**rule) for rule in self.rules)


def rules_in_force(site: Site) -> models.QuerySet[Rule]:
    """In their order; none before the first version is published."""
    return Rule.objects.in_force(site)

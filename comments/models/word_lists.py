from collections.abc import Mapping

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.querysets.word_lists import WordListQuerySet
from core.errors import StrOrPromise
from core.models import Site

# The lists of a new publication have no stored title: editors read a translated one.
_DEFAULT_TITLES: Mapping[str, StrOrPromise] = {
    "banned-ru": _("Banned words, Russian"),
    "banned-en": _("Banned words, English"),
    "suspect-ru": _("Suspect words, Russian"),
    "suspect-en": _("Suspect words, English"),
}


def label_of_list(name: str) -> str:
    """Return what editors call a list without a title."""
    return str(_DEFAULT_TITLES.get(name, name))


_FREEZE = """
RAISE EXCEPTION 'a published word list is never changed' USING ERRCODE = 'insufficient_privilege';
"""


class WordListVersion(models.Model):
    """One publication's list as it stands from now on, until the next version of the same name."""

    class Kind(models.TextChoices):
        BANNED = "banned", _("banned: a comment with such a word is refused")
        SUSPECT = "suspect", _("suspect: an editor reads it first")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="word_lists")
    name = models.SlugField(_("name"))
    # What editors call it; the name is its code in URLs and in evidence.
    title = models.CharField(_("title"), max_length=100, blank=True)
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    entries = ArrayField(models.CharField(max_length=200), verbose_name=_("entries"))
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    # Not a foreign key: this frozen row must not block the erasure of the account.
    published_by_id = models.BigIntegerField(null=True)

    objects = WordListQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a word list")
        verbose_name_plural = _("versions of word lists")
        ordering = ["name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name", "number"], name="word_list_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_FREEZE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.number}"

    @property
    def label(self) -> str:
        return self.title or label_of_list(self.name)


class DryRun(models.Model):
    """A dry run of a word list over the comments since a time, executed by a task."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    editor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    entries = ArrayField(models.CharField(max_length=200))
    since = models.DateTimeField()
    last_id = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField()
    examined = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    matched_published = models.PositiveIntegerField(
        default=0, help_text="Of those matched: published now, so the list would have stopped them."
    )
    # The first hundred: the comment, the entry, and what stood in the text.
    examples = models.JSONField(default=list)
    is_done = models.BooleanField(default=False)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.examined}/{self.total}"

    @property
    def is_failed(self) -> bool:
        return self.failed_at is not None

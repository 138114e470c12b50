import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.querysets import WordListQuerySet
from core.models import Site

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
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    entries = ArrayField(models.CharField(max_length=200), verbose_name=_("entries"))
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    # A plain number: the row is frozen and must not stand in the way of an account's erasure.
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

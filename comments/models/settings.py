from datetime import timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.states import Mode, Telling, Trace
from core.models import Site


class CommentSettings(models.Model):
    """How one publication runs its discussions; a publication without a row has the defaults."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="comment_settings")
    mode = models.CharField(
        _("new comments"),
        max_length=20,
        choices=Mode,
        default=Mode.OPEN,
    )
    max_length = models.PositiveIntegerField(_("longest comment, characters"), default=3000)
    max_depth = models.PositiveSmallIntegerField(
        _("levels of replies"), default=3, validators=[MaxValueValidator(10)]
    )
    edit_minutes = models.PositiveIntegerField(_("minutes in which one may edit"), default=15)
    close_after_days = models.PositiveIntegerField(
        _("close a discussion after days"), null=True, blank=True
    )
    trace = models.CharField(
        _("left in place of a removed comment"),
        max_length=20,
        choices=Trace,
        default=Trace.TOMBSTONE,
    )
    telling = models.CharField(
        _("told to its author"), max_length=20, choices=Telling, default=Telling.RULE
    )

    class Meta:
        verbose_name = _("discussion settings")
        verbose_name_plural = _("discussion settings")

    def __str__(self) -> str:
        return str(self.site)

    @property
    def edit_window(self) -> timedelta:
        return timedelta(minutes=self.edit_minutes)

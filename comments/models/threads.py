from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.settings import CommentSettings
from comments.querysets.threads import ThreadQuerySet
from comments.states import ClosedBy, Mode
from core.models import Site
from core.url_fields import URLField


class Thread(models.Model):
    """The discussion of one page. The publication's key identifies it even when the URL changes."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="threads")
    key = models.CharField(max_length=200)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = URLField(_("address"), max_length=1000, blank=True)
    section = models.CharField(_("section"), max_length=100, blank=True)
    mode = models.CharField(
        _("new comments"),
        max_length=20,
        choices=Mode,
        blank=True,
        help_text=_("Empty: as the publication's settings say."),
    )
    # Apart from the mode, so that closing a discussion never opens it to everybody.
    registered_only = models.BooleanField(_("read by registered readers only"), default=False)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    published_count = models.PositiveIntegerField(default=0)
    # Grows with every change of what the public sees; a prepared page is good for one version.
    version = models.PositiveBigIntegerField(default=0)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="thread_key_once")]

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def is_opened(self) -> bool:
        return self.pk is not None

    @property
    def settings(self) -> CommentSettings:
        return settings_of(self.site)

    @property
    def effective_mode(self) -> Mode:
        return Mode(self.mode or self.settings.mode_of(self.section))

    def closing_time(self) -> datetime | None:
        """Return when the thread closes. The thread's own date wins over the site's default age."""
        days = self.settings.close_after_days
        if self.closes_at is not None or days is None:
            return self.closes_at
        return self.opened_at + timedelta(days=days)

    def is_closed(self, now: datetime) -> bool:
        return self.closed_by(now) is not None

    def closed_by(self, now: datetime) -> ClosedBy | None:
        """Return why the discussion is closed; None while it is open."""
        if self.effective_mode == Mode.CLOSED:
            return self._closing_mode()
        closing = self.closing_time()
        if closing is None or closing > now:
            return None
        return ClosedBy.AGE if self.closes_at is None else ClosedBy.DATE

    def _closing_mode(self) -> ClosedBy:
        if self.mode:
            return ClosedBy.MODE
        return ClosedBy.SECTION if self.section in self.settings.section_modes else ClosedBy.SITE


def settings_of(site: Site) -> CommentSettings:
    try:
        return site.comment_settings
    except CommentSettings.DoesNotExist:
        return CommentSettings(site=site)


class ThreadAlias(models.Model):
    """An address under which a material was, is, or is linked to; see `comments/page_urls.py`."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="aliases")
    url = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "url"], name="thread_alias_url_once"),
        ]

    def __str__(self) -> str:
        return self.url

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from comments.page_urls import canonical
from comments.states import Mode
from core.models import Site

if TYPE_CHECKING:
    from comments.models import CommentSettings, Thread


class ThreadQuerySet(models.QuerySet["Thread"]):
    def with_site(self) -> "ThreadQuerySet":
        return self.select_related("site__comment_settings")

    def known_at(self, site: Site, url: str) -> "Thread | None":
        """By an address that the page has, or once had."""
        return self.with_site().filter(site=site, aliases__url=canonical(url)).first()

    def sections(self, site: Site) -> Sequence[str]:
        """The sections that discussions of the site are in."""
        named = self.filter(site=site).exclude(section="").order_by("section")
        return list(named.values_list("section", flat=True).distinct())

    def matching(
        self, site: Site, words: str, mode: str, settings: "CommentSettings", now: datetime
    ) -> "ThreadQuerySet":
        """For the desk: by a part of the title, the key or the URL, and by how new comments come
        to them now."""
        threads = self.with_site().filter(site=site)
        if words:
            in_title, in_key = Q(title__icontains=words), Q(key__icontains=words)
            threads = threads.filter(in_title | in_key | Q(url__icontains=words))
        if not mode:
            return threads
        over = _is_over(settings, now)
        in_mode = _has_mode(settings, mode)
        return threads.filter(in_mode | over if mode == Mode.CLOSED else in_mode & ~over)


def _has_mode(settings: "CommentSettings", mode: str) -> Q:
    """The condition of `Thread.effective_mode` in SQL."""
    sections = [name for name, its_mode in settings.section_modes.items() if its_mode == mode]
    by_section = Q(mode="", section__in=sections)
    if settings.mode != mode:
        return Q(mode=mode) | by_section
    return Q(mode=mode) | by_section | (Q(mode="") & ~Q(section__in=list(settings.section_modes)))


def _is_over(settings: "CommentSettings", now: datetime) -> Q:
    """The condition that `Thread.closing_time` has passed, in SQL."""
    # Compared with null it would be neither true nor false, and `~` keep it so.
    by_date = Q(closes_at__isnull=False, closes_at__lte=now)
    if settings.close_after_days is None:
        return by_date
    oldest = now - timedelta(days=settings.close_after_days)
    return by_date | Q(closes_at__isnull=True, opened_at__lte=oldest)

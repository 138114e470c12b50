from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from comments.page_urls import canonical
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Thread


class ThreadQuerySet(models.QuerySet["Thread"]):
    def with_site(self) -> "ThreadQuerySet":
        return self.select_related("site__comment_settings")

    def known_at(self, site: Site, url: str) -> "Thread | None":
        """By an address that the page has, or once had."""
        return self.with_site().filter(site=site, aliases__url=canonical(url)).first()

    def matching(self, site: Site, words: str, mode: str) -> "ThreadQuerySet":
        """For the desk: by a part of the title, the key or the address, and by their own mode."""
        threads = self.with_site().filter(site=site)
        if words:
            in_title, in_key = Q(title__icontains=words), Q(key__icontains=words)
            threads = threads.filter(in_title | in_key | Q(url__icontains=words))
        return threads.filter(mode=mode) if mode else threads

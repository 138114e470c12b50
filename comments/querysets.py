from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Func, OuterRef

from accounts.models import User
from comments.addresses import canonical
from comments.states import Queue, State
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Comment, Rule, RulebookVersion, Thread


class ThreadQuerySet(models.QuerySet["Thread"]):
    def with_site(self) -> "ThreadQuerySet":
        return self.select_related("site__comment_settings")

    def keyed(self, site_slug: str, key: str) -> "Thread | None":
        return self.with_site().filter(site__slug=site_slug, key=key).first()

    def known_at(self, site: Site, url: str) -> "Thread | None":
        """By an address that the page has, or once had."""
        address = canonical(url)
        return self.with_site().filter(site=site, aliases__address=address).first()


class CommentQuerySet(models.QuerySet["Comment"]):
    def on_site(self, site: Site) -> "CommentQuerySet":
        return self.filter(thread__site=site)

    def listed_roots(self, thread: "Thread") -> "CommentQuerySet":
        return self.filter(thread=thread, listed=True, depth=0)

    def first_replies(self, root_ids: Sequence[int], count: int) -> "CommentQuerySet":
        """The first `count` listed replies below each root, however many there are in all."""
        below: models.QuerySet[Comment] = self.filter(
            root=OuterRef("pk"), listed=True, depth__gt=0
        ).order_by("id")
        firsts = Func(ArraySubquery(below.values("id")[:count]), function="unnest")
        roots = self.filter(pk__in=root_ids)
        return self.filter(pk__in=roots.annotate(first=firsts).values("first")).order_by("id")

    def listed_replies(self, thread: "Thread", root_id: int) -> "CommentQuerySet":
        return self.filter(thread=thread, root=root_id, listed=True, depth__gt=0)

    def for_page(self) -> "CommentQuerySet":
        return self.select_related("author", "answers__author")

    def hidden_of(self, thread: "Thread", author: User) -> "models.QuerySet[Comment]":
        """What its author alone sees of a thread: waiting, or decided against."""
        hidden = [State.HELD, State.REJECTED, State.REMOVED]
        mine = self.filter(thread=thread.pk, author=author.pk, state__in=hidden)
        return mine.prefetch_related("events__rule").order_by("id")

    def in_queue(self, site: Site, queue: Queue) -> "CommentQuerySet":
        here = self.on_site(site)
        return here if queue == Queue.NEWEST else here.filter(state=queue.value)

    def for_desk(self) -> "CommentQuerySet":
        return self.select_related("author", "thread__site", "parent__author")

    def by(self, author: User, site: Site, *, since: datetime) -> "CommentQuerySet":
        return self.on_site(site).filter(author=author, created_at__gte=since)

    def chosen(self, site: Site, ids: Collection[int]) -> "CommentQuerySet":
        return self.on_site(site).filter(pk__in=ids)


class RulebookQuerySet(models.QuerySet["RulebookVersion"]):
    def current(self, site: Site) -> "RulebookVersion | None":
        return self.filter(site=site).order_by("-number").first()

    def of_day(self, site: Site, moment: datetime) -> "RulebookVersion | None":
        """The version that was in force at `moment`."""
        return self.filter(site=site, published_at__lte=moment).order_by("-number").first()


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, site: Site) -> "models.QuerySet[Rule]":
        """The rules of the newest version, in their order."""
        newest = self.filter(version__site=site).order_by("-version__number").values("version")
        return self.filter(version__in=newest[:1])

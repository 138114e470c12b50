from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q

from accounts.models import User
from comments.states import Queue, ReportOutcome, State
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Comment, RejectedText, Thread

# One configuration stems both alphabets: PostgreSQL's `russian` takes words in Latin letters for
# English ones. The index on `Comment` is made of this very expression; PostgreSQL would not use
# it for any other.
_SEARCH = "russian"
SEARCHED = SearchVector("text", config=_SEARCH)


@dataclass(frozen=True, slots=True)
class CommentFilter:
    """Filters of the desk's search; empty ones do not apply."""

    words: str = ""
    person: str = ""
    thread: str = ""
    section: str = ""
    # A phase of screening that found something in the present text.
    phase: str = ""
    rule: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class BulkTarget:
    """Comments of a bulk decision: some by id, and all by one author since a time.

    With `with_held`, a removal rejects those that still wait for an editor.
    """

    ids: Collection[int] = ()
    author_id: int | None = None
    since: datetime | None = None
    with_held: bool = False


class CommentQuerySet(models.QuerySet["Comment"]):
    def on_site(self, site: Site) -> "CommentQuerySet":
        return self.filter(site=site.pk)

    def listed_roots(self, thread: "Thread") -> "CommentQuerySet":
        return self.filter(thread=thread, listed=True, depth=0)

    def first_listed_roots(self, thread: "Thread") -> "CommentQuerySet":
        """Return listed roots for the first page. A range instead of an equality keeps the thread
        in the sort key; otherwise PostgreSQL may scan the whole table for the first rows."""
        only = self.filter(thread__gte=thread.pk, thread__lte=thread.pk)
        return only.filter(listed=True, depth=0)

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

    def newest_public(self, site: Site) -> "models.QuerySet[Comment]":
        """Return the comments of a site that anonymous readers may see, newest first."""
        public = self.on_site(site).filter(state=State.PUBLISHED, thread__registered_only=False)
        return public.select_related("author", "thread").order_by("-id")

    def hidden_of(self, thread: "Thread", author: User) -> "models.QuerySet[Comment]":
        """Return the author's comments that only they see: held, rejected or removed."""
        hidden = [State.HELD, State.REJECTED, State.REMOVED]
        mine = self.filter(thread=thread.pk, author=author.pk, state__in=hidden)
        return mine.for_author().order_by("id")

    def for_author(self) -> "CommentQuerySet":
        """Prefetch what the author's view of decisions needs."""
        return self.select_related("thread__site__email_settings").prefetch_related(
            "events__rule", "revisions", "appeals"
        )

    def written_by(self, author: User, site: Site) -> "CommentQuerySet":
        return self.on_site(site).filter(author=author).for_author()

    def editable_of(self, thread: "Thread", author: User, since: datetime) -> "CommentQuerySet":
        """Return the author's undecided comments posted at `since` or later."""
        mine = self.filter(thread=thread.pk, author=author.pk, decided_at=None)
        return mine.filter(created_at__gte=since, state__in=[State.HELD, State.PUBLISHED])

    def in_queue(self, site: Site, queue: Queue) -> "CommentQuerySet":
        here = self.on_site(site)
        if queue == Queue.REPORTED:
            reported = self.filter(reports__outcome=ReportOutcome.OPEN)
            return here.filter(pk__in=reported.values("pk"))
        # The other queues have the names of the states.
        return here if queue == Queue.NEWEST else here.filter(state=queue.value)

    def for_desk(self) -> "CommentQuerySet":
        # Nine tables in one statement take PostgreSQL more time to plan than to read, and the more
        # the larger they are.
        return self.select_related("author", "parent__author").prefetch_related(
            "thread__site",
            "claim__editor",
            "revisions__external_review",
            "reports__rule",
            "reports__reporter",
        )

    def matching(self, comment_filter: "CommentFilter") -> "CommentQuerySet":
        comments = self
        if comment_filter.words:
            query = SearchQuery(comment_filter.words, config=_SEARCH, search_type="websearch")
            comments = comments.filter(SearchVectorExact(SEARCHED, query))
        if comment_filter.person:
            comments = comments.filter(author__display_name__icontains=comment_filter.person)
        if comment_filter.thread:
            by_title = Q(thread__title__icontains=comment_filter.thread)
            comments = comments.filter(by_title | Q(thread__key__icontains=comment_filter.thread))
        if comment_filter.section:
            comments = comments.filter(thread__section=comment_filter.section)
        if comment_filter.phase:
            comments = comments.filter(_held_by(comment_filter.phase))
        if comment_filter.rule:
            # By the code, which stays the same from version to version of the rules.
            comments = comments.filter(events__rule__code=comment_filter.rule).distinct()
        if comment_filter.since:
            comments = comments.filter(created_at__date__gte=comment_filter.since)
        if comment_filter.until:
            comments = comments.filter(created_at__date__lte=comment_filter.until)
        return comments

    def states_of(self, author: User, site: Site) -> "models.QuerySet[Comment, tuple[str, int]]":
        """How many comments of a person are in each state."""
        mine = self.on_site(site).filter(author=author).order_by().values("state")
        return mine.annotate(count=Count("pk")).values_list("state", "count")

    def states_in(self, thread: "Thread") -> "models.QuerySet[Comment, tuple[str, int]]":
        """How many comments of a discussion are in each state."""
        here = self.filter(thread=thread).order_by().values("state")
        return here.annotate(count=Count("pk")).values_list("state", "count")

    def around(self, comment: "Comment") -> "CommentQuerySet":
        """Return the branch of a comment."""
        root = comment.root_id or comment.pk
        return self.filter(Q(pk=root) | Q(root=root)).select_related("author").order_by("id")

    def written_since(self, site: Site, since: datetime) -> "CommentQuerySet":
        return self.on_site(site).filter(created_at__gte=since)

    def after(self, comment_id: int) -> "CommentQuerySet":
        """In the order in which they were written."""
        return self.filter(pk__gt=comment_id).order_by("pk")

    def in_target(self, site: Site, target: BulkTarget) -> "CommentQuerySet":
        # An empty field must not choose all that a person ever wrote.
        if target.author_id is None or target.since is None:
            return self.on_site(site).filter(pk__in=target.ids)
        by_author = Q(author=target.author_id, created_at__gte=target.since)
        return self.on_site(site).filter(by_author | Q(pk__in=target.ids))


def _held_by(phase: str) -> Q:
    """A phase of screening held the present text."""
    # As `Verdict.as_json` writes it.
    finding = [{"phase": phase, "outcome": "hold"}]
    return Q(revisions__number=F("revision_number"), revisions__verdict__phases__contains=finding)


class RejectedTextQuerySet(models.QuerySet["RejectedText"]):
    def expired(
        self, site: Site, now: datetime, retention: timedelta
    ) -> "models.QuerySet[RejectedText]":
        return self.filter(thread__site=site, created_at__lt=now - retention)

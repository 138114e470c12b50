from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q

from accounts.models import User
from comments.page_urls import canonical
from comments.report_weights import REMEMBERED, Record
from comments.states import AppealState, NoticeKind, Queue, ReportOutcome, State
from core.models import Site

if TYPE_CHECKING:
    from comments.models import (
        Appeal,
        BatchItem,
        Comment,
        Complaint,
        HookCall,
        Notice,
        Refusal,
        Report,
        Rule,
        RulebookVersion,
        Thread,
        WordListVersion,
    )

CLAIM_LAPSES = timedelta(seconds=100)
# One configuration stems both alphabets: PostgreSQL's `russian` takes words in Latin letters for
# English ones. A name of its own, for the index must be made of the very same expression.
_SEARCH = "russian"
SEARCHED = SearchVector("text", config=_SEARCH)


@dataclass(frozen=True, slots=True)
class Sought:
    """What the desk's search asks for; what is empty is not asked."""

    words: str = ""
    person: str = ""
    thread: str = ""
    rule: str = ""
    since: date | None = None
    until: date | None = None


class ThreadQuerySet(models.QuerySet["Thread"]):
    def with_site(self) -> "ThreadQuerySet":
        return self.select_related("site__comment_settings")

    def known_at(self, site: Site, url: str) -> "Thread | None":
        """By an address that the page has, or once had."""
        address = canonical(url)
        return self.with_site().filter(site=site, aliases__address=address).first()

    def sought(self, site: Site, words: str, mode: str) -> "ThreadQuerySet":
        """For the desk: by a part of the title, the key or the address, and by their own mode."""
        found = self.with_site().filter(site=site)
        if words:
            in_title, in_key = Q(title__icontains=words), Q(key__icontains=words)
            found = found.filter(in_title | in_key | Q(url__icontains=words))
        return found.filter(mode=mode) if mode else found


class CommentQuerySet(models.QuerySet["Comment"]):
    def on_site(self, site: Site) -> "CommentQuerySet":
        return self.filter(site=site.pk)

    def listed_roots(self, thread: "Thread") -> "CommentQuerySet":
        return self.filter(thread=thread, listed=True, depth=0)

    def first_listed_roots(self, thread: "Thread") -> "CommentQuerySet":
        """The same, for a page that begins with the thread: an equality would let PostgreSQL drop
        the thread from the order, and look for the first ones through the whole table."""
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
        """What strangers may read of a publication."""
        public = self.on_site(site).filter(state=State.PUBLISHED, thread__registered_only=False)
        return public.select_related("author", "thread").order_by("-id")

    def for_page(self) -> "CommentQuerySet":
        return self.select_related("author", "answers__author")

    def hidden_of(self, thread: "Thread", author: User) -> "models.QuerySet[Comment]":
        """What its author alone sees of a thread: waiting, or decided against."""
        hidden = [State.HELD, State.REJECTED, State.REMOVED]
        mine = self.filter(thread=thread.pk, author=author.pk, state__in=hidden)
        return mine.for_author().order_by("id")

    def for_author(self) -> "CommentQuerySet":
        """With what is told of decisions."""
        return self.select_related("thread__site__correspondence").prefetch_related(
            "events__rule", "revisions", "appeals"
        )

    def written_by(self, author: User, site: Site) -> "CommentQuerySet":
        return self.on_site(site).filter(author=author).for_author()

    def editable_of(self, thread: "Thread", author: User, since: datetime) -> "CommentQuerySet":
        """What no editor has decided on, posted at `since` or later."""
        mine = self.filter(thread=thread.pk, author=author.pk, decided_at=None)
        return mine.filter(created_at__gte=since, state__in=[State.HELD, State.PUBLISHED])

    def in_queue(self, site: Site, queue: Queue) -> "CommentQuerySet":
        here = self.on_site(site)
        if queue == Queue.REPORTED:
            reported = self.filter(reports__outcome=ReportOutcome.OPEN)
            return here.filter(pk__in=reported.values("pk"))
        return here if queue == Queue.NEWEST else here.filter(state=queue.value)

    def for_desk(self) -> "CommentQuerySet":
        # Nine tables in one statement take PostgreSQL more time to plan than to read, and the more
        # the larger they are.
        return self.select_related("author", "parent__author").prefetch_related(
            "thread__site", "claim__editor", "revisions", "reports__rule", "reports__reporter"
        )

    def matching(self, sought: "Sought") -> "CommentQuerySet":
        found = self
        if sought.words:
            query = SearchQuery(sought.words, config=_SEARCH, search_type="websearch")
            found = found.filter(SearchVectorExact(SEARCHED, query))
        if sought.person:
            found = found.filter(author__display_name__icontains=sought.person)
        if sought.thread:
            by_title = Q(thread__title__icontains=sought.thread)
            found = found.filter(by_title | Q(thread__key__icontains=sought.thread))
        if sought.rule:
            found = found.filter(events__rule__code=sought.rule).distinct()
        if sought.since:
            found = found.filter(created_at__date__gte=sought.since)
        if sought.until:
            found = found.filter(created_at__date__lte=sought.until)
        return found

    def states_of(self, author: User, site: Site) -> "models.QuerySet[Comment, tuple[str, int]]":
        """How many comments of a person are in each state."""
        mine = self.on_site(site).filter(author=author).order_by().values("state")
        return mine.annotate(count=Count("pk")).values_list("state", "count")

    def states_in(self, thread: "Thread") -> "models.QuerySet[Comment, tuple[str, int]]":
        """How many comments of a discussion are in each state."""
        here = self.filter(thread=thread).order_by().values("state")
        return here.annotate(count=Count("pk")).values_list("state", "count")

    def around(self, comment: "Comment") -> "CommentQuerySet":
        """The branch that a comment stands in."""
        root = comment.root_id or comment.pk
        return self.filter(Q(pk=root) | Q(root=root)).select_related("author").order_by("id")

    def written_since(self, site: Site, since: datetime) -> "CommentQuerySet":
        return self.on_site(site).filter(created_at__gte=since)

    def after(self, comment_id: int) -> "CommentQuerySet":
        """In the order in which they were written."""
        return self.filter(pk__gt=comment_id).order_by("pk")

    def chosen(
        self, site: Site, ids: Collection[int], author_id: int | None, since: datetime | None
    ) -> "CommentQuerySet":
        """A selection, and all that a person has written since a time."""
        if author_id is None or since is None:
            return self.on_site(site).filter(pk__in=ids)
        by_person = Q(author=author_id, created_at__gte=since)
        return self.on_site(site).filter(by_person | Q(pk__in=ids))


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def expired(self, site: Site, now: datetime, kept: timedelta) -> "models.QuerySet[Refusal]":
        return self.filter(thread__site=site, created_at__lt=now - kept)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of_person(self, person: User) -> "NoticeQuerySet":
        """A comment that is no longer public is not told of; a decision on one's own is."""
        told = Q(comment__state=State.PUBLISHED) | Q(kind=NoticeKind.DECISION)
        return self.filter(told, person=person)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def for_list(self) -> "NoticeQuerySet":
        return self.select_related(
            "person", "comment__author", "comment__thread__site", "event__rule", "appeal"
        )

    def due(self, now: datetime) -> "NoticeQuerySet":
        """A worker's claim lapses after any worker's hard time limit."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LAPSES)
        return self.filter(free, due_at__lte=now, mailed_at=None)

    def before(self, moment: datetime) -> "models.QuerySet[Notice]":
        return self.filter(created_at__lt=moment)


class HookCallQuerySet(models.QuerySet["HookCall"]):
    def with_comment(self) -> "models.QuerySet[HookCall]":
        return self.select_related(
            "revision__comment__author",
            "revision__comment__thread",
            "revision__comment__site__comment_settings",
        )

    def due(self, now: datetime) -> "models.QuerySet[HookCall, int]":
        waiting = self.filter(stage="waiting", due_at__lte=now)
        return waiting.order_by("due_at").values_list("pk", flat=True)

    def claim(self, call_id: int, now: datetime, until: datetime) -> bool:
        """Whether nobody else asks it; a claim lapses `until` it is answered."""
        free = self.filter(pk=call_id, stage="waiting", due_at__lte=now)
        return bool(free.update(due_at=until, attempts=F("attempts") + 1))


class RulebookQuerySet(models.QuerySet["RulebookVersion"]):
    def current(self, site: Site) -> "RulebookVersion | None":
        return self.filter(site=site).order_by("-number").first()

    def numbered(self, site: Site, number: int) -> "RulebookVersion | None":
        return self.filter(site=site, number=number).first()

    def of_day(self, site: Site, moment: datetime) -> "RulebookVersion | None":
        """The version that was in force at `moment`."""
        return self.filter(site=site, published_at__lte=moment).order_by("-number").first()


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, site: Site) -> "models.QuerySet[Rule]":
        """The rules of the newest version, in their order."""
        newest = self.filter(version__site=site).order_by("-version__number").values("version")
        return self.filter(version__in=newest[:1])

    def last_applied(self, comment_id: int) -> "Rule | None":
        return self.filter(decisions__comment=comment_id).order_by("-decisions__id").first()


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(outcome=ReportOutcome.OPEN)

    def record_of(self, reporter: User, site: Site) -> Record:
        """Over the last that editors have settled there."""
        settled = [ReportOutcome.UPHELD, ReportOutcome.DECLINED]
        last = self.filter(reporter=reporter, comment__site=site, outcome__in=settled)
        outcomes = list(last.order_by("-id").values_list("outcome", flat=True)[:REMEMBERED])
        return Record(
            upheld=outcomes.count(ReportOutcome.UPHELD),
            declined=outcomes.count(ReportOutcome.DECLINED),
        )

    def made_by(self, reporter: User, site: Site) -> "models.QuerySet[Report]":
        mine = self.filter(reporter=reporter, comment__site=site)
        return mine.select_related("comment__thread", "rule").order_by("-id")

    def made_since(self, reporter: User, since: datetime) -> int:
        return self.filter(reporter=reporter, created_at__gte=since).count()


CLAIM_LAPSES = timedelta(seconds=100)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def claim(self, complaint_id: int, now: datetime) -> "Complaint | None":
        """One whose letter has not gone and no worker has; a claim lapses after any worker's hard
        time limit."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LAPSES)
        if not self.unsent().filter(free, pk=complaint_id).update(claimed_at=now):
            return None
        return self.get(pk=complaint_id)

    def release(self, complaint_id: int, now: datetime, failure: str) -> None:
        self.filter(pk=complaint_id).update(
            claimed_at=None, failed_at=now, failure=failure.replace("\x00", "")[:300]
        )

    def waiting_since(self, moment: datetime) -> "models.QuerySet[Complaint]":
        return self.unsent().filter(created_at__lt=moment)

    def unsent(self) -> "ComplaintQuerySet":
        """But for those whose author has been erased before any server took the letter."""
        return self.filter(sent_at=None).exclude(letter_text="")

    def on_desk(self, site: Site) -> "models.QuerySet[Complaint]":
        return self.filter(site=site).for_desk()

    def for_desk(self) -> "models.QuerySet[Complaint]":
        found = self.select_related("site", "author", "comment", "thread", "decision__rule")
        return found.prefetch_related("events")

    def written_by(self, author: User, site: Site) -> "models.QuerySet[Complaint]":
        """From the form: what editors passed on stands with the comment."""
        return self.filter(author=author, site=site, decision=None)


class AppealQuerySet(models.QuerySet["Appeal"]):
    def on_site(self, site: Site) -> "AppealQuerySet":
        return self.filter(comment__site=site)

    def for_desk(self) -> "models.QuerySet[Appeal]":
        return self.select_related(
            "author",
            "decided_by",
            "decision__rule__version",
            "decision__actor",
            "decision__revision",
            "comment__author",
            "comment__thread__site__correspondence",
        )

    def outcomes(self, site: Site, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many appeals of a time, by the day they were decided, had which outcome:
        what is upheld there is a decision overturned."""
        decided = self.on_site(site).filter(decided_at__gte=since, decided_at__lt=until)
        return dict(decided.order_by().values_list("state").annotate(Count("pk")))

    def overturned(self, site: Site, since: datetime, until: datetime) -> "AppealQuerySet":
        decided = self.on_site(site).filter(decided_at__gte=since, decided_at__lt=until)
        return decided.filter(state=AppealState.UPHELD)


class BatchItemQuerySet(models.QuerySet["BatchItem"]):
    def portion(self, fate: str, size: int) -> "models.QuerySet[BatchItem]":
        """By the comment, so that two batches lock the same comments in the same order."""
        return self.filter(fate=fate).order_by("comment_id")[:size]

    def fates(self) -> Mapping[str, int]:
        """How many there are of each."""
        return dict(self.values_list("fate").annotate(Count("pk")).order_by())


class WordListQuerySet(models.QuerySet["WordListVersion"]):
    def versions(self, site: Site, name: str) -> "models.QuerySet[WordListVersion]":
        return self.filter(site=site, name=name).order_by("-number")

    def current(self, site_id: int) -> "models.QuerySet[WordListVersion]":
        """The newest version of every list of a publication."""
        return self.filter(site=site_id).order_by("name", "-number").distinct("name")

"""Moderation statistics of a period, with one SQL statement per table.

Undone decisions do not count. A decision is overturned when the comment was restored later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Rule, WordListVersion
from comments.models.word_lists import label_of_list
from core.models import Site

_MOST_WORDS = 100


class Step(TextChoices):
    """As PostgreSQL's date_trunc calls them."""

    DAY = "day", _("by day")
    WEEK = "week", _("by week")
    MONTH = "month", _("by month")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both of them included, in the time zone of the page."""

    since: date
    until: date
    step: Step = Step.DAY

    @property
    def days(self) -> Sequence[date]:
        """Those with which its steps begin. The first week or month may have begun earlier."""
        every = (
            self.since + timedelta(days=day) for day in range((self.until - self.since).days + 1)
        )
        return [day for day in every if day == self.since or self._begins(day)]

    def _begins(self, day: date) -> bool:
        if self.step == Step.MONTH:
            return day.day == 1
        return self.step == Step.DAY or day.weekday() == 0


@dataclass(frozen=True, slots=True)
class Day:
    """Or the week or month that begins with it. `held` waited for an editor, posted or brought back
    then; the rest by its own moment."""

    day: date
    held: int = 0
    published: int = 0
    rejected: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class RuleCount:
    code: str
    title: str
    rejected: int
    removed: int
    overturned: int


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """From when a comment began to wait to its decision; `day` None: of the whole period."""

    day: date | None
    decided: int
    median: timedelta
    p90: timedelta


@dataclass(frozen=True, slots=True)
class WordCount:
    """An entry of a word list: the comments that waited for it and were decided, those of them
    that were approved after all, and the texts that it refused."""

    entry: str
    # The title that editors gave the list; its versions share one.
    list_label: str
    decided: int
    approved: int
    refused: int

    @property
    def share(self) -> int | None:
        """Of the decided ones that were approved, in per cent."""
        return round(100 * self.approved / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class EditorCount:
    name: str
    decided: int
    against: int
    overturned: int
    median: timedelta | None


# Shared CTE: decisions of the period that were not undone. The rejections by the publication's own
# moderation service (`checked`) are among them: they count by day and by rule, but no editor took
# them, and no author waited for an editor.
_FIRM = """
    WITH firm AS (
        SELECT e.*,
               e.to_state IN ('rejected', 'removed') AS is_against,
               EXISTS (SELECT FROM comments_moderationevent n
                        WHERE n.comment_id = e.comment_id AND n.id > e.id
                          AND n.action = 'restored') AS is_overturned,
               e.at - coalesce(
                   (SELECT max(h.at) FROM comments_moderationevent h
                     WHERE h.comment_id = e.comment_id AND h.id < e.id AND h.to_state = 'held'),
                   c.created_at) AS waited
          FROM comments_moderationevent e JOIN comments_comment c ON c.id = e.comment_id
         WHERE c.site_id = %(site)s AND e.at >= %(since)s AND e.at < %(until)s
           AND (e.action IN ('approved', 'rejected', 'removed', 'forwarded', 'kept')
                OR e.action = 'checked' AND e.to_state = 'rejected')
           AND NOT EXISTS (
               SELECT FROM comments_moderationevent n
                WHERE n.comment_id = e.comment_id AND n.action = 'undone'
                  AND n.id = (SELECT min(m.id) FROM comments_moderationevent m
                               WHERE m.comment_id = e.comment_id AND m.id > e.id))
    )
"""

# A comment may be held twice: when it was posted, by its first verdict, and later by reports.
_DAYS = """
    , moments AS (
        SELECT 'held' AS kind, c.created_at AS at
          FROM comments_comment c
          JOIN comments_revision r ON r.comment_id = c.id AND r.number = 1
         WHERE c.site_id = %(site)s AND c.created_at >= %(since)s AND c.created_at < %(until)s
           AND r.verdict ->> 'outcome' = 'hold'
        UNION ALL
        SELECT 'held', e.at
          FROM comments_moderationevent e JOIN comments_comment c ON c.id = e.comment_id
         WHERE c.site_id = %(site)s AND e.at >= %(since)s AND e.at < %(until)s
           AND e.action = 'held'
        UNION ALL
        SELECT 'published', c.published_at FROM comments_comment c
         WHERE c.site_id = %(site)s AND c.published_at >= %(since)s AND c.published_at < %(until)s
        UNION ALL
        SELECT d.to_state, d.at FROM firm d WHERE d.is_against
    )
    SELECT greatest(date_trunc(%(step)s, at AT TIME ZONE %(zone)s)::date, %(first)s), kind, count(*)
      FROM moments GROUP BY 1, 2
"""

_RULES = """
    SELECT coalesce(r.code, ''), count(*) FILTER (WHERE d.to_state = 'rejected'),
           count(*) FILTER (WHERE d.to_state = 'removed'),
           count(*) FILTER (WHERE d.is_overturned)
      FROM firm d LEFT JOIN comments_rule r ON r.id = d.rule_id
     WHERE d.is_against
     GROUP BY 1 ORDER BY count(*) DESC, 1
"""

# The empty grouping set is the whole period: it makes a row even of nothing, which HAVING drops.
_WAITING = """
    SELECT w.day, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY w.waited),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY w.waited)
      FROM (SELECT waited, greatest(
                       date_trunc(%(step)s, at AT TIME ZONE %(zone)s)::date, %(first)s) AS day
              FROM firm WHERE from_state = 'held' AND action <> 'checked') w
     GROUP BY GROUPING SETS ((w.day), ()) HAVING count(*) > 0
     ORDER BY w.day NULLS FIRST
"""

# DISTINCT, because one comment may match the same entry several times.
_WORDS = """
    , hits AS (
        SELECT item ->> 'against' AS entry, split_part(item ->> 'source', '@', 1) AS list,
               d.comment_id AS decided, d.action = 'approved' AS is_approved,
               NULL::bigint AS refused
          FROM firm d JOIN comments_revision r ON r.id = d.revision_id
         CROSS JOIN LATERAL jsonb_path_query(
               r.verdict, '$.phases[*] ? (@.phase == "suspect_words").evidence[*]') item
         WHERE d.from_state = 'held' AND d.action <> 'checked'
        UNION ALL
        SELECT item ->> 'against', split_part(item ->> 'source', '@', 1), NULL, false, f.id
          FROM comments_rejectedtext f JOIN comments_thread t ON t.id = f.thread_id
         CROSS JOIN LATERAL jsonb_path_query(
               f.verdict, '$.phases[*] ? (@.phase == "banned_words").evidence[*]') item
         WHERE t.site_id = %(site)s AND f.created_at >= %(since)s AND f.created_at < %(until)s
    )
    SELECT entry, list, count(DISTINCT decided),
           count(DISTINCT decided) FILTER (WHERE is_approved), count(DISTINCT refused)
      FROM hits GROUP BY entry, list ORDER BY 4 DESC, 3 DESC, 5 DESC, 1 LIMIT %(most)s
"""

_EDITORS = """
    SELECT min(d.actor_label), count(*), count(*) FILTER (WHERE d.is_against),
           count(*) FILTER (WHERE d.is_against AND d.is_overturned),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY d.waited)
               FILTER (WHERE d.from_state = 'held')
      FROM firm d
     WHERE d.actor_id IS NOT NULL AND (%(editor)s::bigint IS NULL OR d.actor_id = %(editor)s)
     GROUP BY d.actor_id ORDER BY count(*) DESC, 1
"""


def by_day(site: Site, period: Period) -> Sequence[Day]:
    """Every step of the period, with those in which nothing happened."""
    counted: dict[date, dict[str, int]] = {}
    for day, kind, count in _rows(_DAYS, site, period):
        counted.setdefault(day, {})[kind] = count
    return [Day(day, **counted.get(day, {})) for day in period.days]


def by_rule(site: Site, period: Period) -> Sequence[RuleCount]:
    """The most applied first, under the titles that they have now or had last."""
    rows = _rows(_RULES, site, period)
    titles = _titles(site, [row[0] for row in rows])
    return [RuleCount(code, titles[code], *counts) for code, *counts in rows]


def waiting(site: Site, period: Period) -> Sequence[WaitingTime]:
    """The whole period first, then its steps; empty where nothing that waited was decided."""
    return [WaitingTime(*row) for row in _rows(_WAITING, site, period)]


def by_word(site: Site, period: Period) -> Sequence[WordCount]:
    """Those that most often held what was then approved come first."""
    titles = {one.name: one.label for one in WordListVersion.objects.current(site.pk)}
    return [
        WordCount(entry, titles.get(name) or label_of_list(name), *counts)
        for entry, name, *counts in _rows(_WORDS, site, period, most=_MOST_WORDS)
    ]


def by_editor(site: Site, period: Period, *, only: User | None) -> Sequence[EditorCount]:
    """Of all, or of one."""
    editor = only.pk if only else None
    return [EditorCount(*row) for row in _rows(_EDITORS, site, period, editor=editor)]


def _titles(site: Site, codes: Sequence[str]) -> Mapping[str, str]:
    rules = Rule.objects.filter(version__site=site, code__in=codes)
    titles = {rule.code: rule.title for rule in rules.order_by("version__number")}
    # The publication's moderation service may reject without naming a rule.
    return {"": gettext("no rule named"), **titles}


def _rows(
    statement: str, site: Site, period: Period, **more: int | None
) -> Sequence[tuple[Any, ...]]:
    params: dict[str, int | str | date | None] = {
        **more,
        "step": period.step.value,
        "first": period.since,
        "site": site.pk,
        "since": _midnight(period.since),
        "until": _midnight(period.until + timedelta(days=1)),
        "zone": timezone.get_current_timezone_name(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRM + statement, params)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

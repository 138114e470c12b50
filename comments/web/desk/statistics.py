from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from comments.moderation import statistics
from comments.moderation.statistics import (
    Day,
    EditorCount,
    Period,
    RuleCount,
    Step,
    WaitingTime,
    WordCount,
)
from comments.permissions import access_desk, can_see_all_editors
from comments.states import State
from comments.web.desk.charts import LineChart, bar_chart, line_chart, minutes
from comments.web.desk.csv import Cell, as_csv
from comments.web.desk.forms.periods import PeriodForm
from core.errors import NotFound, StrOrPromise
from core.models import Site
from core.web.http import HttpRequest

# Days; a year is the longest period that the form accepts.
_SHORTCUTS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Totals:
    held: int
    published: int
    rejected: int
    removed: int
    overturned: int
    median: timedelta | None
    p90: timedelta | None


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    form = PeriodForm(request.GET)
    period, site = form.period, request.site
    days, rules = statistics.by_day(site, period), statistics.by_rule(site, period)
    waiting = statistics.waiting(site, period)
    words = statistics.by_word(site, period)
    shown = {
        "form": form,
        "period": period,
        "first_of": _first_of(period),
        "shortcuts": [
            (days, timezone.localdate() - timedelta(days=days - 1)) for days in _SHORTCUTS
        ],
        "totals": _totals(days, rules, waiting),
        "days": days,
        "days_chart": _days_chart(days),
        "rules": rules,
        "rules_chart": bar_chart([(rule.title, rule.rejected + rule.removed) for rule in rules]),
        "waiting": [one for one in waiting if one.day],
        "waiting_chart": _waiting_chart(period, waiting),
        # An entry that only refuses texts holds nothing in vain.
        "holding_words": [word for word in words if word.decided],
        "refusing_words": sorted(
            (word for word in words if word.refused), key=lambda word: -word.refused
        ),
        "editors": _editors(editor, site, period),
        "sees_all": can_see_all_editors(editor, site),
    }
    return render(request, "comments/desk/numbers.html", shown)


@require_safe
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """One of the tables of the page, for the same period."""
    editor = access_desk(request.user, request.site)
    if name not in _SHEETS:
        raise NotFound
    period = PeriodForm(request.GET).period
    made = _SHEETS[name](editor, request.site, period)
    return as_csv(f"{name}-{period.since}-{period.until}", made.head, made.rows)


def _totals(
    days: Sequence[Day], rules: Sequence[RuleCount], waiting: Sequence[WaitingTime]
) -> Totals:
    whole = next(iter(waiting), None)
    return Totals(
        held=sum(day.held for day in days),
        published=sum(day.published for day in days),
        rejected=sum(day.rejected for day in days),
        removed=sum(day.removed for day in days),
        overturned=sum(rule.overturned for rule in rules),
        median=whole.median if whole else None,
        p90=whole.p90 if whole else None,
    )


def _editors(editor: User, site: Site, period: Period) -> Sequence[EditorCount]:
    """Administrators see everybody's, an editor only their own."""
    only = None if can_see_all_editors(editor, site) else editor
    return statistics.by_editor(site, period, only=only)


def _days_chart(days: Sequence[Day]) -> LineChart:
    series = [
        (_("waited for an editor"), [day.held for day in days]),
        (pgettext_lazy("comments", "published"), [day.published for day in days]),
        (_("rejected and removed"), [day.rejected + day.removed for day in days]),
    ]
    return line_chart([day.day for day in days], series)


def _waiting_chart(period: Period, waiting: Sequence[WaitingTime]) -> LineChart:
    by_day = {one.day: one for one in waiting}
    known = [by_day.get(day) for day in period.days]
    series = [
        (_("median, minutes"), [minutes(one.median) if one else None for one in known]),
        (_("90th percentile, minutes"), [minutes(one.p90) if one else None for one in known]),
    ]
    return line_chart(period.days, series)


def _first_of(period: Period) -> StrOrPromise:
    """Return the heading of the date column."""
    return _FIRSTS[period.step]


_FIRSTS: Mapping[Step, StrOrPromise] = {
    Step.DAY: _("Day"),
    Step.WEEK: _("Week from"),
    Step.MONTH: _("Month from"),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]


def _days_sheet(_editor: User, site: Site, period: Period) -> _Sheet:
    head = [
        _first_of(period),
        _("waited for an editor"),
        pgettext_lazy("comments", "published"),
        pgettext_lazy("comments", "rejected"),
        pgettext_lazy("comments", "removed"),
    ]
    return _Sheet(
        head,
        [
            [day.day.isoformat(), day.held, day.published, day.rejected, day.removed]
            for day in statistics.by_day(site, period)
        ],
    )


def _rules_sheet(_editor: User, site: Site, period: Period) -> _Sheet:
    head = [_("Code"), _("Rule"), State.REJECTED.label, State.REMOVED.label, _("overturned")]
    return _Sheet(
        head,
        [
            [rule.code, rule.title, rule.rejected, rule.removed, rule.overturned]
            for rule in statistics.by_rule(site, period)
        ],
    )


def _waiting_sheet(_editor: User, site: Site, period: Period) -> _Sheet:
    head = [_first_of(period), _("decided"), _("median, minutes"), _("90th percentile, minutes")]
    return _Sheet(
        head,
        [
            [
                one.day.isoformat() if one.day else _("the whole period"),
                one.decided,
                _rounded(one.median),
                _rounded(one.p90),
            ]
            for one in statistics.waiting(site, period)
        ],
    )


def _words_sheet(_editor: User, site: Site, period: Period) -> _Sheet:
    head = [
        _("Entry"),
        _("List"),
        _("decided"),
        _("approved after all"),
        _("share, %"),
        _("texts refused"),
    ]
    return _Sheet(head, [_word_row(word) for word in statistics.by_word(site, period)])


def _word_row(word: WordCount) -> Sequence[Cell]:
    share = "" if word.share is None else word.share
    return [word.entry, word.list_label, word.decided, word.approved, share, word.refused]


def _editors_sheet(editor: User, site: Site, period: Period) -> _Sheet:
    head = [
        _("Editor"),
        _("decided"),
        _("against the comment"),
        _("overturned"),
        _("median, minutes"),
    ]
    return _Sheet(
        head,
        [
            [one.name, one.decided, one.against, one.overturned, _rounded(one.median)]
            for one in _editors(editor, site, period)
        ],
    )


def _rounded(waited: timedelta | None) -> Cell:
    return round(minutes(waited), 1) if waited is not None else ""


_SHEETS: Mapping[str, Callable[[User, Site, Period], _Sheet]] = {
    "days": _days_sheet,
    "rules": _rules_sheet,
    "waiting": _waiting_sheet,
    "words": _words_sheet,
    "editors": _editors_sheet,
}

"""Merge the answers that a tab sends with those that another tab may have stored since.

One person may have the same form open twice: in two tabs, or at home and at work. Each answer is
decided on its own, so two tabs that answer different questions never disturb each other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from certificates.fields import Field
from certificates.form import reading
from certificates.form.reading import Answers
from certificates.models import Application

# Milliseconds. A request that is older than the stored one by less than this was overtaken on its
# way. A larger difference means that the clock of the computer was set back.
_OVERTAKEN_WITHIN = 60_000


@dataclass(frozen=True, slots=True)
class EditorTab:
    """A tab with an open form, as its request describes it.

    `versions` has the version token of each answer that the tab shows: see
    `certificates.form.reading.version_token`. An answer without one is always written. `sent_at`
    is the clock of the browser in milliseconds.
    """

    key: str = ""
    sent_at: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)


NO_TAB = EditorTab()


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged answers, and what became of those that the tab sent.

    `clashes` are answers that were not written, because another tab had stored different ones.
    `superseded` are the fields that this tab did not change and shows in an old version.
    """

    answers: Answers
    writes: Mapping[str, Sequence[str | int]]
    clashes: Answers
    superseded: Collection[str]


class _Outcome(Enum):
    WRITE = auto()
    OVERTAKEN = auto()
    SUPERSEDED = auto()
    CLASH = auto()


def merge(
    application: Application, fields: Sequence[Field], typed: Answers, tab: EditorTab
) -> Merge:
    """Decide which of the answers in `typed` to write; its keys all belong to the form."""
    offered = reading.read(fields, {**application.answers, **typed}).answers
    touched = [one for one in fields if not typed.keys().isdisjoint(reading.keys([one]))]
    outcomes = {one.key: _outcome(application, one, offered, tab) for one in touched}
    unwritten = reading.keys(one for one in touched if outcomes[one.key] is not _Outcome.WRITE)
    stored = {key: application.answers[key] for key in unwritten if key in application.answers}
    return Merge(
        answers={key: offered[key] for key in offered if key not in unwritten} | stored,
        writes={
            key: [tab.key, tab.sent_at]
            for key, outcome in outcomes.items()
            if tab.key and outcome is _Outcome.WRITE
        },
        clashes={
            key: offered[key] for key, outcome in outcomes.items() if outcome is _Outcome.CLASH
        },
        superseded=[key for key, outcome in outcomes.items() if outcome is _Outcome.SUPERSEDED],
    )


def _outcome(application: Application, one: Field, offered: Answers, tab: EditorTab) -> _Outcome:
    last_tab, last_sent_at = application.tab_writes.get(one.key, ["", 0])
    # The same tab always wins against what it wrote before, unless a slow request arrives late.
    if tab.key and last_tab == tab.key:
        is_overtaken = 0 < last_sent_at - tab.sent_at < _OVERTAKEN_WITHIN
        return _Outcome.OVERTAKEN if is_overtaken else _Outcome.WRITE
    shown = tab.versions.get(one.key)
    sent = reading.version_token(one, offered)
    stored = reading.version_token(one, application.answers)
    # Either the tab has seen the stored answer, or both tabs have typed the same.
    if shown is None or stored in {shown, sent}:
        return _Outcome.WRITE
    return _Outcome.SUPERSEDED if sent == shown else _Outcome.CLASH

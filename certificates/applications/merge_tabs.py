"""Answers that come from pages which stand open, of which another may have written meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from certificates.fields import Field
from certificates.form import reading
from certificates.form.reading import Answers
from certificates.models import Application

_LATE = 60_000  # milliseconds: a request that was overtaken by the next one of its page


@dataclass(frozen=True, slots=True)
class Window:
    """A page in which somebody types.

    `seen` holds the mark of each answer as the page last knew it: see `questions.mark`. A question
    that is missing there is written whatever stands. `turn` is the page's clock in milliseconds.
    """

    key: str = ""
    turn: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)


NO_WINDOW = Window()


@dataclass(frozen=True, slots=True)
class Merge:
    """`clashes` are the answers not written, because another window had written others; `passed`
    are the questions in which this window has nothing to say and does not show what stands."""

    answers: Answers
    written: Mapping[str, Sequence[str | int]]
    clashes: Answers
    passed: Collection[str]


class _Fate(Enum):
    WRITE = auto()
    LATE = auto()
    PASS = auto()
    CLASH = auto()


def merge(
    application: Application, fields: Sequence[Field], typed: Answers, window: Window
) -> Merge:
    """`typed` holds only answers to questions of the form."""
    offered = reading.read(fields, {**application.answers, **typed}).answers
    touched = [one for one in fields if not typed.keys().isdisjoint(reading.keys([one]))]
    fates = {one.key: _fate(application, one, offered, window) for one in touched}
    left = reading.keys(one for one in touched if fates[one.key] is not _Fate.WRITE)
    stands = {key: application.answers[key] for key in left if key in application.answers}
    return Merge(
        answers={key: offered[key] for key in offered if key not in left} | stands,
        written={
            key: [window.key, window.turn]
            for key, fate in fates.items()
            if window.key and fate is _Fate.WRITE
        },
        clashes={key: offered[key] for key, fate in fates.items() if fate is _Fate.CLASH},
        passed=[key for key, fate in fates.items() if fate is _Fate.PASS],
    )


def _fate(application: Application, one: Field, offered: Answers, window: Window) -> _Fate:
    last_window, last_turn = application.written.get(one.key, ["", 0])
    if window.key and last_window == window.key:
        return _Fate.LATE if 0 < last_turn - window.turn < _LATE else _Fate.WRITE
    seen = window.seen.get(one.key)
    typed, stands = (
        reading.version_token(one, offered),
        reading.version_token(one, application.answers),
    )
    if seen is None or stands in {seen, typed}:
        return _Fate.WRITE
    return _Fate.PASS if typed == seen else _Fate.CLASH

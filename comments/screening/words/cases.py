"""Files of cases that a word matcher is checked against: entries, a text, whether they match."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comments.screening.words.entries import BrokenEntry
from comments.screening.words.wordlist import ListVersion, WordList


class BrokenFile(ValueError):
    """The file is not a list of cases; the argument is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Case:
    entries: tuple[str, ...]
    text: str
    match: bool


def read_cases(path: Path) -> list[Case]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BrokenFile(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BrokenFile(f"{path} is not JSON in UTF-8: {error}.") from error
    if not isinstance(listed, list):
        raise BrokenFile(f"{path} should hold a list of cases, and holds something else.")
    return [_case(case, number) for number, case in enumerate(listed, start=1)]


def failing_cases(cases: list[Case]) -> Iterator[tuple[Case, bool]]:
    """Each case whose answer is another than expected, with that answer."""
    lists: dict[tuple[str, ...], WordList] = {}
    for number, case in enumerate(cases, start=1):
        if case.entries not in lists:
            try:
                lists[case.entries] = WordList(ListVersion.of(case.entries))
            except BrokenEntry as error:
                raise BrokenFile(
                    f"Case {number} has an entry with nothing to match: {error}."
                ) from error
        is_matched = bool(lists[case.entries].matches(case.text))
        if is_matched != case.match:
            yield case, is_matched


def _case(case: Any, number: int) -> Case:
    match case:
        case {"entries": [*entries], "text": str(text), "match": bool(expected)} if all(
            isinstance(entry, str) for entry in entries
        ):
            return Case(tuple(entries), text, expected)
        case Mapping():
            raise BrokenFile(
                f"Case {number} should have entries (a list of strings), text (a string) "
                "and match (true or false)."
            )
        case _:
            raise BrokenFile(f"Case {number} is not an object.")

"""Compare two versions, line by line and word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.rule_texts import RuleChange, RuleText
from comments.states import AuthorNotice, Placeholder

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    change: Change
    text: str


def compared_lines(before: Sequence[str], after: Sequence[str]) -> Sequence[Part]:
    """Only what differs, in the order of the lists: a list of words may have thousands."""
    every = _parts(before, after, joined="\n")
    return [
        Part(part.change, line)
        for part in every
        if part.change != Change.SAME
        for line in part.text.split("\n")
    ]


def compared_words(before: str, after: str) -> Sequence[Part]:
    return list(_parts(_WORDS.findall(before), _WORDS.findall(after), joined=""))


def _parts(before: Sequence[str], after: Sequence[str], *, joined: str) -> Iterator[Part]:
    # By default difflib takes frequent words of long texts for junk, and then marks equal parts as
    # changed.
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Part(Change.SAME, joined.join(before[start:end]))
            continue
        if end > start:
            yield Part(Change.REMOVED, joined.join(before[start:end]))
        if new_end > new_start:
            yield Part(Change.ADDED, joined.join(after[new_start:new_end]))


class View(StrEnum):
    """How a comparison is laid out."""

    INLINE = "inline"
    SIDE = "side"

    @classmethod
    def of(cls, name: str) -> "View":
        return cls(name) if name in set(cls) else cls.SIDE


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: Promise
    parts: Sequence[Part]

    @property
    def before(self) -> Sequence[Part]:
        return [part for part in self.parts if part.change != Change.ADDED]

    @property
    def after(self) -> Sequence[Part]:
        return [part for part in self.parts if part.change != Change.REMOVED]


@dataclass(frozen=True, slots=True)
class ComparedRule:
    """`fields` has those that differ; of a rule added or removed, all that is written in it."""

    title: str
    rule: RuleChange
    fields: Sequence[FieldChange]


_LABELS: Mapping[str, Promise] = {
    "title_ru": _("Title in Russian"),
    "title_en": _("Title in English"),
    "text_ru": _("Text in Russian"),
    "text_en": _("Text in English"),
    "placeholder": _("Left in place of a removed comment"),
    "author_notice": _("Told to its author"),
}
_CHOICES = {"placeholder": Placeholder, "author_notice": AuthorNotice}


def compared_rules(changes: Sequence[RuleChange]) -> Sequence[ComparedRule]:
    return [_compared(change) for change in changes]


def _compared(change: RuleChange) -> ComparedRule:
    rule = change.after or change.before
    rows = [
        (label, _written(change.before, name), _written(change.after, name))
        for name, label in _LABELS.items()
    ]
    fields = [
        FieldChange(label, compared_words(before, after))
        for label, before, after in rows
        if before != after
    ]
    title = rule.title_ru if rule else ""
    return ComparedRule(title or change.code, change, fields)


def _written(rule: RuleText | None, name: str) -> str:
    value = str(asdict(rule)[name]) if rule else ""
    return str(_CHOICES[name](value).label) if value and name in _CHOICES else value

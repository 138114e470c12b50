"""The text of house rules, and what differs between two versions of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class RuleText:
    """`placeholder` and `author_notice` are left empty where the publication's settings decide."""

    code: str
    title_ru: str
    title_en: str
    text_ru: str
    text_en: str
    placeholder: str = ""
    author_notice: str = ""


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`before` and `after` are None for a rule that is added or removed; `changed` names the fields
    that differ. `is_moved`: it stands among the rules of both versions at another place."""

    code: str
    kind: ChangeKind
    before: RuleText | None
    after: RuleText | None
    changed: Sequence[str] = ()
    is_moved: bool = False


def compare(old: Sequence[RuleText], new: Sequence[RuleText]) -> Sequence[RuleChange]:
    """In the order of the new version; what is removed comes last."""
    before, after = _by_code(old), _by_code(new)
    # Places are counted among the rules of both versions, so that an added rule moves no other.
    order_before = [code for code in before if code in after]
    order_after = [code for code in after if code in before]
    moved = {was for was, now in zip(order_before, order_after, strict=True) if was != now}
    present = [
        _change(before.get(code), rule, is_moved=code in moved) for code, rule in after.items()
    ]
    removed = [
        RuleChange(code, ChangeKind.REMOVED, rule, None)
        for code, rule in before.items()
        if code not in after
    ]
    return [*present, *removed]


def _by_code(rules: Sequence[RuleText]) -> Mapping[str, RuleText]:
    return {rule.code: rule for rule in rules}


def _change(before: RuleText | None, after: RuleText, *, is_moved: bool) -> RuleChange:
    if before is None:
        return RuleChange(after.code, ChangeKind.ADDED, None, after)
    changed = [
        field.name
        for field in fields(RuleText)
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    kind = ChangeKind.CHANGED if changed else ChangeKind.SAME
    return RuleChange(after.code, kind, before, after, changed, is_moved)

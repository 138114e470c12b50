"""Parts of a name in the wrong field, and several of them in one."""

from collections.abc import Callable
from dataclasses import dataclass

import regex
from django.utils.translation import gettext_lazy as _

from certificates.fields import NAME_PARTS, FieldKind
from certificates.language.lexicon import (
    is_common_given_name,
    is_feminine_given_name,
    is_feminine_patronymic,
    is_given_name,
    is_only_a_given_name,
    is_patronymic,
    is_patronymic_in_two_words,
    is_russian_surname,
    is_surname,
)
from certificates.slips.slip import Slip, Typed
from certificates.slips.transliteration import guessed_russian

_SEPARATORS = regex.compile(
    r"[,;/] ?| (?!(?i:оглы|оглу|огли|угли|ўғли|уулу|улы|ұлы|кызы|гызы|кизи|қизи|қызы)\b)"
    r"|(?<=\p{Ll}{2})(?=\p{Lu}\p{Ll}{2})|(?<=\.)(?=\p{Lu}\p{Ll})"
)
# «Щедрин» and «Салина» are given names in Bulgaria.
_SURELY_A_SURNAME = regex.compile(r"(?:[оеё]ва?|[кх]ина?|[сц]кий|[сц]кая|енко)$")
# «Ким», «Ли»: far oftener a surname.
_ONE_SYLLABLE = 3
_INITIALS = regex.compile(r"(?:\p{Lu}\.-?)+\p{Lu}?")

_MESSAGES = {
    "swapped_names": _("These two parts of the name seem to have changed places"),
    "whole_name_in_one_field": _("Several parts of the name are here: write each in its own field"),
    "patronymic_in_given_name": _("There is a patronymic here: it has a separate field"),
    "surname_in_given_name": _("This looks like a surname: it has a separate field"),
    "patronymic_in_surname": _("This looks like a patronymic: it has a separate field"),
    "given_name_in_surname": _("This looks like a given name: it has a separate field"),
    "given_name_in_patronymic": _("There is a given name here: it has a separate field"),
    "surname_in_patronymic": _("This looks like a surname: it has a separate field"),
}


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words of an answer with the part of a name that each looks like; initials are counted."""

    words: tuple[str, ...]
    roles: tuple[FieldKind | None, ...]
    initials: int

    def has(self, *kinds: FieldKind) -> bool:
        return all(kind in self.roles for kind in kinds)

    @property
    def surname_is_certain(self) -> bool:
        """The words are not a foreign surname such as «Мартин Гарсия»."""
        return any(is_russian_surname(word) or is_common_given_name(word) for word in self.words)


def misplaced_part(typed: Typed) -> Slip | None:
    return _swapped(typed) or _astray(typed)


def _swapped(typed: Typed) -> Slip | None:
    for kind in NAME_PARTS - {typed.kind}:
        there = typed.other(kind)
        if there and _is_certainly(kind, typed.value) and _is_certainly(typed.kind, there):
            return Slip(
                "swapped_names",
                _MESSAGES["swapped_names"],
                moves=((typed.kind, there), (kind, typed.value)),
            )
    return None


def _is_certainly(kind: FieldKind, value: str) -> bool:
    if kind is FieldKind.GIVEN_NAME:
        return is_given_name(value) and not is_surname(value)
    if kind is FieldKind.PATRONYMIC:
        return is_patronymic(value) and not is_given_name(value)
    return is_russian_surname(value)


def _astray(typed: Typed) -> Slip | None:
    parts = _parts(typed.value)
    several = len(parts.words) + parts.initials > 1
    code = _SEVERAL[typed.kind](parts) if several else _lone(typed.kind, parts)
    if not code:
        return None
    return Slip(code, _MESSAGES[code], moves=_moves(typed, parts))


def _parts(value: str) -> _Parts:
    tokens = [token for token in _SEPARATORS.split(value) if token]
    words = tuple(token for token in tokens if not _INITIALS.fullmatch(token))
    return _Parts(words, tuple(_role(word) for word in words), len(tokens) - len(words))


def _role(word: str) -> FieldKind | None:
    if is_patronymic(guessed_russian(word)) and not is_given_name(word):
        return FieldKind.PATRONYMIC
    halves = word.split("-")
    if all(map(is_given_name, halves)) and not (is_surname(word) and len(word) <= _ONE_SYLLABLE):
        return FieldKind.GIVEN_NAME
    return (
        FieldKind.SURNAME if all(is_russian_surname(w) or is_surname(w) for w in halves) else None
    )


def _several_in_surname(parts: _Parts) -> str:
    named = parts.has(FieldKind.SURNAME, FieldKind.GIVEN_NAME) and parts.surname_is_certain
    called = parts.has(FieldKind.PATRONYMIC) and (
        len(parts.words) > len(("Иванович", "Петров"))
        or parts.has(FieldKind.GIVEN_NAME)
        or any(is_feminine_patronymic(word) for word in parts.words)
    )
    return "whole_name_in_one_field" if parts.initials or named or called else ""


def _several_in_given_name(parts: _Parts) -> str:
    if any(is_russian_surname(word) for word in parts.words) and (
        parts.has(FieldKind.SURNAME, FieldKind.GIVEN_NAME)
        or parts.has(FieldKind.SURNAME, FieldKind.PATRONYMIC)
    ):
        return "whole_name_in_one_field"
    return "patronymic_in_given_name" if parts.has(FieldKind.PATRONYMIC) else ""


def _several_in_patronymic(parts: _Parts) -> str:
    if any(map(is_patronymic_in_two_words, parts.words)):
        return ""
    if not parts.has(FieldKind.PATRONYMIC):
        named = parts.has(FieldKind.SURNAME, FieldKind.GIVEN_NAME) and parts.surname_is_certain
        return "whole_name_in_one_field" if named else ""
    if parts.has(FieldKind.SURNAME):
        return "whole_name_in_one_field"
    return "given_name_in_patronymic" if parts.has(FieldKind.GIVEN_NAME) else ""


_SEVERAL: dict[FieldKind, Callable[[_Parts], str]] = {
    FieldKind.SURNAME: _several_in_surname,
    FieldKind.GIVEN_NAME: _several_in_given_name,
    FieldKind.PATRONYMIC: _several_in_patronymic,
}


def _lone(kind: FieldKind, parts: _Parts) -> str:
    word = " ".join(parts.words)
    if kind is FieldKind.GIVEN_NAME and parts.has(FieldKind.PATRONYMIC):
        return "patronymic_in_given_name"
    if kind is FieldKind.GIVEN_NAME and parts.has(FieldKind.SURNAME) and _is_certain_surname(word):
        return "surname_in_given_name"
    if kind is FieldKind.SURNAME and is_feminine_patronymic(word) and not is_surname(word):
        return "patronymic_in_surname"
    if kind is FieldKind.SURNAME and is_only_a_given_name(word):
        return "given_name_in_surname"
    return _lone_in_patronymic(word, parts) if kind is FieldKind.PATRONYMIC else ""


def _lone_in_patronymic(word: str, parts: _Parts) -> str:
    # In the east a father's name may be a patronymic without an ending: «Рустам». A woman's cannot,
    # and a Russian one always has an ending.
    if is_common_given_name(word) or is_feminine_given_name(word):
        return "given_name_in_patronymic"
    if parts.has(FieldKind.SURNAME) and all(map(_is_surely_a_surname, word.split("-"))):
        return "surname_in_patronymic"
    return ""


def _is_surely_a_surname(word: str) -> bool:
    return _SURELY_A_SURNAME.search(word) is not None and not is_given_name(word)


def _is_certain_surname(word: str) -> bool:
    return all(_SURELY_A_SURNAME.search(half) and is_surname(half) for half in word.split("-"))


def _moves(typed: Typed, parts: _Parts) -> tuple[tuple[FieldKind, str], ...]:
    """Return each part by its field, unless a part is uncertain or would replace another answer."""
    placed = {role: word for role, word in zip(parts.roles, parts.words, strict=True) if role}
    # «Абрамович» may be a patronymic or a surname.
    unsure = any(is_patronymic(word) and is_surname(word) for word in parts.words)
    if unsure or parts.initials or len(placed) < len(parts.words):
        return ()
    placed.setdefault(typed.kind, "")
    others = ((typed.other(kind), word) for kind, word in placed.items() if kind != typed.kind)
    return tuple(placed.items()) if all(other in {"", word} for other, word in others) else ()

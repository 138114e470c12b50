"""Surnames that are spelled like the genitive plural of a listed word: «Лохов», «Козлов»."""

import re

from comments.screening.words.inflection import is_given_name, is_singular_verb

_ENDINGS = ("ов", "ев")
_NEAR = 60
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \xa0]$")
_WORDS_AFTER = re.compile(r"[ \xa0]([^\W\d_]+)(?:[ \xa0]([^\W\d_]+))?")
_INITIAL_BEFORE = re.compile(r"(?<![^\W_])[А-ЯЁ]\.[ \xa0]?$")
_INITIAL_AFTER = re.compile(r"[ \xa0][А-ЯЁ]\.")
_ANOTHER_BEFORE = re.compile(r"[А-ЯЁ][а-яё]+(?:[оеё]в|[иы]н|ий|ко)(?:,| и)[ \xa0]$")
_ANOTHER_AFTER = re.compile(r"(?:,| и)[ \xa0][А-ЯЁ][а-яё]+(?:[оеё]в|[иы]н|ий|ко)\b")


def is_surname(text: str, start: int, end: int) -> bool:
    """Return whether the words around make the word a person's name.

    A capital alone proves nothing: «Лохов развели» begins a sentence.
    """
    word = text[start:end]
    if not (word.istitle() and word.lower().endswith(_ENDINGS)):
        return False
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _INITIAL_BEFORE.search(before) or _INITIAL_AFTER.match(after):
        return True
    if _ANOTHER_BEFORE.search(before) or _ANOTHER_AFTER.match(after):
        return True
    is_alone = not any(map(str.isalnum, before + after))
    return is_alone or _is_named(before, after) or _acts(after)


def _is_named(before: str, after: str) -> bool:
    """«Иван Лохов», «Лохов Иван»"""
    words = [
        match[1] for match in (_WORD_BEFORE.search(before), _WORDS_AFTER.match(after)) if match
    ]
    return any(word.istitle() and is_given_name(word.lower()) for word in words)


def _acts(after: str) -> bool:
    """«Лохов забил», «Лохов не забил»"""
    following = _WORDS_AFTER.match(after)
    if following is None:
        return False
    first, second = following.groups("")
    verb = second if first == "не" else first
    return second != "бы" and is_singular_verb(verb)

"""Read ids, texts and JSON from outside: from paths, queries, forms, headers, cookies and bodies.

What these functions refuse would otherwise end in an error of the server: `int` fails on more than
4300 digits and accepts digits of every script, PostgreSQL stores no NUL and no half of a surrogate
pair, and a deeply nested JSON document overflows the stack.
"""

import json
import math
import re
from typing import Any

from django.utils.translation import gettext_lazy

# PostgreSQL's bigint.
MAX_ID = 2**63 - 1
_MAX_DIGITS = 19
# The deepest body of the API has five levels.
_DEEPEST = 50
# Bounds of any text and any list from outside, for every door at once. Each action has narrower
# ones for what it reads; the longest is a list of words, which may have 20,000.
LONGEST_TEXT = 400_000
MOST_ITEMS = 25_000
UNSTORABLE = gettext_lazy("The text contains characters that we can't store.")
_NEVER_STORED = re.compile("[\x00\ud800-\udfff]")


def read_id(text: str) -> int | None:
    """Return the row id that the text is: ASCII digits, at most `MAX_ID`. Otherwise None."""
    if len(text) > _MAX_DIGITS or not (text.isascii() and text.isdecimal()):
        return None
    number = int(text)
    return number if number <= MAX_ID else None


def is_storable(text: str) -> bool:
    """Return whether PostgreSQL can store the text: no NUL and no half of a surrogate pair."""
    return _NEVER_STORED.search(text) is None


def read_json(body: bytes) -> Any:
    """Parse JSON as RFC 8259 has it: UTF-8, finite numbers. Raise ValueError for anything else.

    Texts may hold what `is_storable` refuses; see `has_unstorable`.
    """
    try:
        value = json.loads(body.decode(), parse_constant=_refuse_constant, parse_float=_read_float)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_deeper(value, _DEEPEST):
        raise ValueError("nested too deeply")
    return value


def has_unstorable(value: Any) -> bool:
    """Return whether any text of a parsed JSON value cannot be stored."""
    match value:
        case str():
            return not is_storable(value)
        case dict():
            return any(has_unstorable(name) or has_unstorable(of) for name, of in value.items())
        case list():
            return any(map(has_unstorable, value))
    return False


def is_bounded(value: Any) -> bool:
    """Return whether no text and no list or object of a parsed JSON value is beyond the bounds."""
    match value:
        case str():
            return len(value) <= LONGEST_TEXT
        case dict():
            return len(value) <= MOST_ITEMS and all(
                is_bounded(name) and is_bounded(of) for name, of in value.items()
            )
        case list():
            return len(value) <= MOST_ITEMS and all(map(is_bounded, value))
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _read_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large")
    return number


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if not levels:
        return True
    below = value.values() if isinstance(value, dict) else value
    return any(_is_deeper(one, levels - 1) for one in below)

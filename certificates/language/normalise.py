"""Normalise a typed text by changes that readers cannot see. Stress marks in names are dropped.

`one_line` and `several_lines` come first, for every text. Then comes the rule for the kind of
text: a name, a phrase, an e-mail address. All of them are idempotent and accept any text.
"""

import datetime as dt
import unicodedata

import regex

from core import email_addresses

# Joiners shape Arabic and Indic letters and emoji; everywhere else they are debris of copying.
_SHAPED = (
    r"[\p{Extended_Pictographic}\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Gurmukhi}"
    r"\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}]"
)
_STRAY_JOINER = regex.compile(rf"(?<!{_SHAPED})[\u200c\u200d]|[\u200c\u200d](?!{_SHAPED})")
_INVISIBLE = regex.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202c"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# The overrides U+202D and U+202E reorder what is read, so inside a value they are refused instead.
_OVERRIDES_AT_THE_EDGES = regex.compile(r"^[\u202d\u202e\s]+|[\u202d\u202e\s]+$")
_SPACES = regex.compile(
    r"[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+"
)
_LINE_BREAK = regex.compile(r"\r\n|[\r\v\f\u0085\u2028\u2029]")
_EMPTY_LINES = regex.compile(r"\n{3,}")

_DASHES = r"\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_DASH_IN_NAME = regex.compile(rf" ?[{_DASHES}]+(?: ?[{_DASHES}]+)* ?")
_DASH_BETWEEN_WORDS = regex.compile(rf"(?<=\S) [{_DASHES}]+ (?=\S)")
_HYPHEN_OF_ANOTHER_KIND = regex.compile(r"(?<=\p{L})[\u2010\u2011\ufe63\uff0d](?=\p{L})")
_DASH_WITHIN_WORD = regex.compile(rf"(?<=\p{{L}})[{_DASHES}](?=\p{{L}})")
_TWO_WORDS = regex.compile(rf"^(\p{{L}}+) [{_DASHES}] (\p{{L}}+)$")
_DOUBLE_APOSTROPHES = regex.compile(r"''|``|‘‘|’’")
_ANGLES = regex.compile(r"<<([^<>]+)>>")
_APOSTROPHE_LIKE = regex.compile(r"(?<=\p{L})[`\u00b4\u2032\uff07](?=\p{L})")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
# Encyclopedias mark the stress: «Мари́я». No name is written with it.
_STRESS = regex.compile(r"(?<=[аеёиоуыэюяАЕЁИОУЫЭЮЯ])[\u0300\u0301]")

_ENGLISH_QUOTES = regex.compile(r"“([^“”„«»\"]*)”")
_OPENING_QUOTE = regex.compile(r'(?<![^\s(\[«„])"(?=\S)')
_AROUND_ADDRESS = regex.compile(r"(?i)^(?:mailto:|[<\s])+|[>\s]+$")
_SPACE_IN_ADDRESS = regex.compile(r" ?([@.]) ?")
_SCHEME = regex.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
_HOST_WITH_PORT = regex.compile(r"[^:/?#]+:\d+(?:[/?#]|$)")
_SCHEME_AND_HOST = regex.compile(r"^[^:]+://[^/?#]*")
_DATE = regex.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})")
_SPACE_IN_NUMBER = regex.compile(r"(?<=\d) (?=\d)")


def one_line(value: str) -> str:
    return _OVERRIDES_AT_THE_EDGES.sub("", _SPACES.sub(" ", _composed(value)))


def several_lines(value: str) -> str:
    lines = _LINE_BREAK.sub("\n", _composed(value)).split("\n")
    joined = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    return _OVERRIDES_AT_THE_EDGES.sub("", _EMPTY_LINES.sub("\n\n", joined))


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", _STRAY_JOINER.sub("", _INVISIBLE.sub("", value)))


def as_typed(value: str) -> str:
    return value


def name(value: str) -> str:
    return _APOSTROPHE_LIKE.sub("'", _DASH_IN_NAME.sub("-", _STRESS.sub("", value)))


def phrase(value: str) -> str:
    # Russian typography uses the em dash between words, English the en dash.
    dash = " — " if _CYRILLIC.search(value) else " – "
    value = _DOUBLE_APOSTROPHES.sub('"', _ANGLES.sub(r"«\1»", value))
    value = _DASH_BETWEEN_WORDS.sub(dash, _HYPHEN_OF_ANOTHER_KIND.sub("-", value))
    return _russian_quotes(value) if _CYRILLIC.search(value) else value


def occupation(value: str) -> str:
    """Make a hyphen of the only dash between two words: «Учитель - логопед»."""
    value = _DASH_WITHIN_WORD.sub("-", value)
    return phrase(_TWO_WORDS.sub(r"\1-\2", value))


def region(value: str) -> str:
    return _DASH_WITHIN_WORD.sub("-", phrase(value))


def _russian_quotes(value: str) -> str:
    """Use «…», and „…“ inside them. Quotation marks that do not pair stay as they were typed."""
    straight = _ENGLISH_QUOTES.sub(r'"\1"', value)
    if '"' not in straight:
        return value
    openings = {match.start() for match in _OPENING_QUOTE.finditer(straight)}
    characters: list[str] = []
    depth = 0
    for position, character in enumerate(straight):
        opens = character in "«„" or position in openings
        depth += opens
        characters.append(_QUOTES[opens, depth == 1] if character == '"' else character)
        if depth not in {0, 1, 2}:
            return value
        depth -= not opens and character in '»“"'
    return "".join(characters) if depth == 0 else value


_QUOTES = {(True, True): "«", (True, False): "„", (False, True): "»", (False, False): "“"}


def email(value: str) -> str:
    if "@" not in value:
        return value
    value = _SPACE_IN_ADDRESS.sub(r"\1", _AROUND_ADDRESS.sub("", value))
    return email_addresses.normalise(value)


def url(value: str) -> str:
    # «example.ru:8080» looks like a scheme, so a host with a port is recognised first.
    if value and (not _SCHEME.match(value) or _HOST_WITH_PORT.match(value)):
        value = "https://" + value.lstrip("/")
    return _SCHEME_AND_HOST.sub(lambda match: match[0].lower(), value)


def date(value: str) -> str:
    match = _DATE.fullmatch(value)
    if not match:
        return value
    day, month, year = map(int, match.groups())
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return value


def number(value: str) -> str:
    return _SPACE_IN_NUMBER.sub("", value)

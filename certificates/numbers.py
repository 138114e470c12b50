"""Numbers that people type from paper, and unguessable codes.

Both end in a check character (ISO/IEC 7064, the hybrid scheme MOD M+1,M), which catches every
single wrong character and nearly every swap of two neighbours.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# The letters that look alike in both alphabets, without O, which looks like zero: a number read
# from paper is the same number on either keyboard.
PREFIX_LETTERS = "ABCEHKMPTX"
NUMBER_ALPHABET = "0123456789" + PREFIX_LETTERS
# Crockford's Base32: without I, L and O, which look like digits, and without U.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 15  # 75 random bits
_CODE_GROUP = 4
SERIAL_DIGITS = 5

_LATIN_TWINS = str.maketrans("АВСЕНКМРТХУОІЈЅ", "ABCEHKMPTXYOIJS")
_DIGIT_TWINS = str.maketrans("OILЗ", "0113")
_NUMBER = re.compile(r"([A-Z]+)([0-9]{4})([0-9]{5,})([0-9A-Z])")
# Within a pasted text: hyphens, dashes, spaces and line breaks between the groups, or nothing.
_GAP = r"[\W_]{0,3}"
_NUMBER_WITHIN = re.compile(
    rf"(?<!\w)([A-Z]{{1,12}}){_GAP}([0-9]{{4}}){_GAP}([0-9]{{5,12}}){_GAP}([0-9A-Z])(?!\w)"
)
# In a lookahead, so that matches overlap: a word of four letters may precede the code.
_CODE_WITHIN = re.compile(rf"(?<!\w)(?=((?:[0-9A-Z]{{4}}{_GAP}){{3}}[0-9A-Z]{{4}})(?!\w))")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_LONGEST_READ = 2000


@dataclass(frozen=True, slots=True)
class Serial:
    """A place in the numbering of one programme and year."""

    prefix: str
    year: int
    serial: int

    def __str__(self) -> str:
        body = f"{self.prefix}{self.year}{self.serial:0{SERIAL_DIGITS}d}"
        check = check_character(body, NUMBER_ALPHABET)
        return f"{self.prefix}-{self.year}-{self.serial:0{SERIAL_DIGITS}d}-{check}"


def check_character(body: str, alphabet: str) -> str:
    size = len(alphabet)
    # The recursive method for hybrid systems in ISO/IEC 7064: the sum runs modulo M, the product
    # M+1.
    product = size
    for character in body:
        total = (product + alphabet.index(character)) % size or size
        product = total * 2 % (size + 1)
    return alphabet[(size + 1 - product) % size]


def is_checked(text: str, alphabet: str) -> bool:
    """Return whether the last character of a compact text is its correct check character."""
    if len(text) < 2 or not set(text) <= set(alphabet):  # noqa: PLR2004  # a body and its check
        return False
    return check_character(text[:-1], alphabet) == text[-1]


def compact(typed: str) -> str:
    """Only letters and digits, capitals, Cyrillic twins read as Latin, O, I, L and З as digits."""
    return "".join(character for character in _in_latin(typed) if character.isalnum())


def _in_latin(typed: str) -> str:
    # The compatibility form makes «№» two letters, which would become part of the number.
    plain = unicodedata.normalize("NFKC", typed.replace("№", " "))
    letters = _INVISIBLE.sub("", plain).upper()
    return letters.translate(_LATIN_TWINS).translate(_DIGIT_TWINS)


def read_prefix(typed: str) -> str:
    """Return a typed prefix in its stored form: in capital Latin letters."""
    return typed.strip().upper().translate(_LATIN_TWINS)


def prefix_letters(title: str) -> str:
    """Return two letters of a title that a number may have, if it has any: first the initials."""
    words = read_prefix(title).split()
    letters = "".join(word[0] for word in words) + "".join(words)
    return "".join(dict.fromkeys(letter for letter in letters if letter in PREFIX_LETTERS))[:2]


def read_number(typed: str) -> str | None:
    """Return the number in its stored form, or None if no check character is right.

    The number may stand alone or within a text: a printed line, a link.
    """
    match = _NUMBER.fullmatch(compact(typed[:_LONGEST_READ]))
    if match and is_checked(match[0], NUMBER_ALPHABET):
        return "-".join(match.groups())
    for match in _NUMBER_WITHIN.finditer(_in_latin(typed[:_LONGEST_READ])):
        if is_checked("".join(match.groups()), NUMBER_ALPHABET):
            return "-".join(match.groups())
    return None


def new_code() -> str:
    # From the system's random source: the code opens the full data of a certificate.
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return body + check_character(body, CODE_ALPHABET)


def printed_code(code: str) -> str:
    """Return the code in groups of four, as printed."""
    return "-".join(code[at : at + _CODE_GROUP] for at in range(0, len(code), _CODE_GROUP))


def read_codes(typed: str) -> list[str]:
    """Return every code that a typed or pasted text may hold.

    Words next to the code can look like a part of it, and one of 32 such texts has a check
    character that fits by chance. So the register has to decide between them.
    """
    return list(dict.fromkeys(_codes_within(typed[:_LONGEST_READ])))


def _codes_within(text: str) -> Iterator[str]:
    whole = compact(text)
    if _is_code(whole):
        yield whole
    for match in _CODE_WITHIN.finditer(_in_latin(text)):
        code = compact(match[1])
        if _is_code(code):
            yield code


def _is_code(text: str) -> bool:
    return len(text) == _CODE_LENGTH + 1 and is_checked(text, CODE_ALPHABET)

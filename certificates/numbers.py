"""Numbers that people type from paper, and unguessable codes.

Both end in a check character (ISO/IEC 7064, the hybrid scheme MOD M+1,M), which catches every
single wrong character and nearly every swap of two neighbours.
"""

import re
import secrets
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

_LATIN_TWINS = str.maketrans("АВСЕНКМРТХОІ", "ABCEHKMPTXOI")
_DIGIT_TWINS = str.maketrans("OIL", "011")
_NUMBER = re.compile(r"([A-Z]+)([0-9]{4})([0-9]{5,})([0-9A-Z])")


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
    """Only letters and digits, capitals, Cyrillic twins read as Latin, O, I and L as digits."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    return letters.translate(_LATIN_TWINS).translate(_DIGIT_TWINS)


def read_number(typed: str) -> str | None:
    """Return the number in its stored form, or None if the check character is wrong."""
    text = compact(typed.replace("№", ""))
    match = _NUMBER.fullmatch(text)
    return "-".join(match.groups()) if match and is_checked(text, NUMBER_ALPHABET) else None


def new_code() -> str:
    # From the system's random source: the code opens the full data of a certificate.
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return body + check_character(body, CODE_ALPHABET)


def printed_code(code: str) -> str:
    """Return the code in groups of four, as printed."""
    return "-".join(code[at : at + _CODE_GROUP] for at in range(0, len(code), _CODE_GROUP))


def read_code(typed: str) -> str | None:
    text = compact(typed)
    is_code = len(text) == _CODE_LENGTH + 1 and is_checked(text, CODE_ALPHABET)
    return text if is_code else None

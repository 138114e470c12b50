"""Capital letters in the names of people."""

import regex
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.fields import NAME_PARTS, FieldKind
from certificates.language.lexicon import is_given_name, is_name
from certificates.language.word_lists import listed
from certificates.slips.slip import WORD, Slip, Typed
from certificates.slips.transliteration import guessed_russian

_PARTICLES = listed("particles")
_SMALL_IN_FRONT = listed("small_in_front")
_SMALL_BEHIND = listed("small_behind")

_ROMAN_NUMBER = regex.compile(r"[IVX]+")
_VOWEL = regex.compile(r"[АЕЁИОУЫЭЮЯІЇЄӘӨҮҰAEIOUY]")
# Georgian letters count as small ones in Unicode, but Georgian is written without capitals.
_SMALL = regex.compile(r"[[\p{Ll}\p{M}'’ʼ‘]--[\p{Georgian}]]+", regex.VERSION1)
_CAPITAL = regex.compile(r"[\p{Lu}\p{M}'’ʼ‘]+")
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
_APOSTROPHE = regex.compile(r"(['’ʼ‘])")
# «IJ» is one letter in Dutch names, as in «IJsbrand».
_ODD_CAPITALS = regex.compile(
    r"(?!IJ|Ó)\p{Lu}{2}\p{Ll}{2,}|\p{Ll}\p{Lu}{2,}|\p{Lu}\p{Ll}{2,}\p{Lu}"
)
_COMPOUND = regex.compile(r"(?:О['’ʼ‘]|[Дд]['’ʼ‘]|Мак|Мац|Де|Ди|Дю|Ла|Ле|Эль|Аль|Ван|Фон)\p{Lu}")
_AFTER_A_SIGN = regex.compile(r"[^\s\p{L}\p{M}\-('’ʼ‘.,\"«„“]$")
_DIGIT = regex.compile(r"\d")
_NAME_IN_FRONT = regex.compile(r"^\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)? (?:\p{Lu}\p{Ll}+ )?$")
_LONGEST_SYLLABLE = 5


def all_caps(typed: Typed) -> Slip | None:
    message = _("A name is written with one capital letter, the rest small")
    words = {word for word in WORD.findall(typed.value) if _is_shouted(word, typed.kind)}
    return _slip("all_caps", message, typed, words)


def no_capital(typed: Typed) -> Slip | None:
    if _DIGIT.search(typed.value):
        return None  # the digit of «Мар1я» goes first: the letter after it does not begin a name
    message = _("A name begins with a capital letter")
    matches = list(WORD.finditer(typed.value))
    words = {
        word[0]
        for word in matches
        if _SMALL.fullmatch(word[0])
        and not _AFTER_A_SIGN.search(typed.value[: word.start()])
        and (len(matches) == 1 or not _is_rightly_small(word, typed.kind))
    }
    return _slip("no_capital", message, typed, words)


def mixed_case(typed: Typed) -> Slip | None:
    message = _("There are capital letters where small ones belong")
    words = {
        word
        for word in WORD.findall(typed.value)
        if _ODD_CAPITALS.fullmatch(word) or _is_known_without_inner_capitals(word)
    }
    return _slip("mixed_case", message, typed, words)


def capitalised(word: str) -> str:
    """«о'генри» → «О'Генри», «мар'яна» → «Мар'яна», «MCDONALD» → «McDonald»."""
    head, *tail = _APOSTROPHE.split(word.lower(), maxsplit=1)
    if regex.match(r"mc\p{L}{3}", head):
        head = "mc" + head[2:].capitalize()
    # In Ukrainian the apostrophe stands before these letters within a word: «Д'яченко».
    if len(head) == 1 and tail and tail[1][0] not in "яюєїё":
        tail[1] = tail[1].capitalize()
    return head[:1].upper() + head[1:] + "".join(tail)


def _slip(code: str, message: str | Promise, typed: Typed, words: set[str]) -> Slip | None:
    if not words:
        return None
    count = len(WORD.findall(typed.value))
    positions = iter(range(count))

    def corrected(match: regex.Match[str]) -> str:
        position = next(positions)
        if match[0] not in words:
            return match[0]
        small = match[0].lower()
        if (
            typed.kind is not FieldKind.GIVEN_NAME
            and position < count - 1
            and small in _SMALL_IN_FRONT
        ):
            return small
        return small if position and small in _SMALL_BEHIND else capitalised(small)

    correction = WORD.sub(corrected, typed.value)
    return Slip(code, message, correction) if correction != typed.value else None


def _is_shouted(word: str, kind: FieldKind) -> bool:
    if not _CAPITAL.fullmatch(word) or _ROMAN_NUMBER.fullmatch(word) or len(word) == 1:
        return False
    if len(word) > len("ЛИ"):
        return True
    # Two capitals can be a double initial: «AJ Smith», «Иванова АА».
    in_one_field = kind in NAME_PARTS if _CYRILLIC.fullmatch(word) else kind is FieldKind.SURNAME
    return in_one_field and _VOWEL.search(word) is not None


def _is_known_without_inner_capitals(word: str) -> bool:
    """«ИвАнова»; but not «ДеМарко», «МакКейн» or «О'Генри»."""
    inner = not word[1:].islower() and not word.isupper() and not _COMPOUND.match(word)
    return inner and _CYRILLIC.fullmatch(word) is not None and is_name(word)


def _is_rightly_small(match: regex.Match[str], kind: FieldKind) -> bool:
    word = match[0]
    # «проф. Иванов», «учитель Иванова М. П.»: words before a name are not part of it.
    if kind is FieldKind.FULL_NAME and not match.string.islower():
        after_a_name = _NAME_IN_FRONT.search(match.string[: match.start()])
        return not (after_a_name and is_name(word))
    initial = len(word) == 1 and match.string[match.end() :].startswith(".")
    if word in _PARTICLES:
        return not initial
    # Korean and Chinese given names: «Мён-бак», «Jae-in».
    after_hyphen = match.string[: match.start()].endswith("-")
    return (
        kind is FieldKind.GIVEN_NAME
        and after_hyphen
        and len(word) <= _LONGEST_SYLLABLE
        and not is_given_name(guessed_russian(word))
    )

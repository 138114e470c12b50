"""Letters of another alphabet among those of a word."""

import unicodedata

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.fields import NAME_PARTS
from certificates.language.lexicon import is_known, is_name
from certificates.slips.layouts import retyped_as_russian
from certificates.slips.slip import WORD, Slip, Typed
from certificates.slips.transliteration import latin


def _both_cases(latin: str, cyrillic: str) -> dict[int, int]:
    return str.maketrans(latin + latin.upper(), cyrillic + cyrillic.upper())


_LATIN = "ABCEHIJKMOPTXYaceijkopxyhƏəƟɵ"
_CYRILLIC = "АВСЕНІЈКМОРТХУасеіјкорхуһӘәӨө"
_TO_CYRILLIC = str.maketrans(_LATIN + "ΑΒΕΗΙΚΜΝΟΡΤΥΧαεικορυχ", _CYRILLIC + "АВЕНІКМНОРТУХаеікорух")
_TO_LATIN = str.maketrans(_CYRILLIC + "ΑΒΕΗΙΚΜΝΟΡΤΥΧαικορυχ", _LATIN + "ABEHIKMNOPTYXaikopyx")

_BY_SOUND = _both_cases("abdefgiklmnoprstuvxyz", "абдефгиклмнопрстувхйз")
_BY_SHAPE = _both_cases("bnrgmuhetkapcoxy", "впгдтинеткарсоху")

_LETTER_OF = {
    "Cyrillic": regex.compile(r"\p{Cyrillic}"),
    "Latin": regex.compile(r"\p{Latin}"),
    "Greek": regex.compile(r"\p{Greek}"),
}
_WORD_OF_A_PHRASE = regex.compile(r"[\p{L}\p{M}]+")
_ROMAN_NUMBER = regex.compile(r"[IVXLC]+")


def scripts(text: str) -> frozenset[str]:
    return frozenset(name for name, letter in _LETTER_OF.items() if letter.search(text))


def look_alike_in_latin(text: str) -> str | None:
    """The text with its Cyrillic letters replaced, or None if some look like no Latin one."""
    meant = text.translate(_TO_LATIN)
    return None if _LETTER_OF["Cyrillic"].search(meant) else meant


def mixed_script(typed: Typed) -> Slip | None:
    words = WORD if typed.is_name else _WORD_OF_A_PHRASE
    mended = {word: _mended(word, typed) for word in words.findall(typed.value)}
    if not typed.is_name:
        # A brand such as «ЯндексGPT» mixes alphabets on purpose: none of it looks like another.
        mended = {word: meant for word, meant in mended.items() if meant}
    strange = [word for word, meant in mended.items() if meant != word]
    if not strange:
        return None
    message = format_lazy(
        _(
            "“{word}” mixes letters of two alphabets: they look alike but are not the same."
            " Letters of the other alphabet, with their places in the word: {letters}"
        ),
        word=strange[0],
        letters=", ".join(f"{strange[0][at]} ({at + 1})" for at in _foreign_letters(strange[0])),
    )
    if not all(mended.values()):
        return Slip("mixed_script", message)
    correction = words.sub(lambda match: mended.get(match[0]) or match[0], typed.value)
    return Slip("mixed_script", message, correction)


def foreign_letters(text: str) -> frozenset[int]:
    """Return the positions of letters in another alphabet than most of their word."""
    return frozenset(
        word.start() + at
        for word in WORD.finditer(text)
        if len(scripts(word[0])) > 1
        for at in _foreign_letters(word[0])
    )


def _foreign_letters(word: str) -> list[int]:
    """Return the letters of the rarer alphabet: all letters, if the whole word is in one."""
    places = {
        name: [at for at, letter in enumerate(word) if pattern.match(letter)]
        for name, pattern in _LETTER_OF.items()
    }
    # Of two that are equally frequent, the Russian one is taken for the meant one.
    main = max(places, key=lambda name: len(places[name]))
    others = sorted(at for name, of_name in places.items() if name != main for at in of_name)
    return others or places[main]


def other_alphabet(typed: Typed) -> Slip | None:
    """A name part in Latin letters where the person's other parts are in Cyrillic."""
    if scripts(typed.value) == {"Latin"} and _scripts_of_other_parts(typed) == {"Cyrillic"}:
        return Slip(
            "other_alphabet",
            _("This is in Latin letters, the other parts of the name in Russian ones"),
        )
    return None


def not_latin(typed: Typed) -> Slip | None:
    if scripts(typed.value) != {"Cyrillic"}:
        return None
    correction = latin(typed.value)
    return Slip(
        "not_latin",
        _("The name is wanted in Latin letters here, as in the passport"),
        correction if scripts(correction) == {"Latin"} else None,
    )


def _mended(word: str, typed: Typed) -> str | None:
    """Return the word in one alphabet, or None if nothing tells which alphabet was meant."""
    in_word = scripts(word)
    if in_word == {"Latin"} and _stands_among_cyrillic(word, typed):
        return _written_in("Cyrillic", word) or word
    if len(in_word) <= 1:
        return word
    in_cyrillic, in_latin = _written_in("Cyrillic", word), _written_in("Latin", word)
    if in_cyrillic and in_latin:
        return in_latin if _is_rather_latin(word, in_cyrillic, typed) else in_cyrillic
    return in_cyrillic or in_latin or retyped_as_russian(word) or _guessed(word)


def _guessed(word: str) -> str | None:
    """Guess a name with Latin letters that sound or look, in handwriting, like the Russian ones."""
    for table in (_BY_SOUND, _BY_SHAPE):
        meant = word.translate(table)
        if scripts(meant) == {"Cyrillic"} and is_name(meant):
            return meant
    return None


def _stands_among_cyrillic(word: str, typed: Typed) -> bool:
    if not typed.is_name or typed.is_latin or _ROMAN_NUMBER.fullmatch(word):
        return False
    around = scripts(typed.value.replace(word, ""))
    if typed.kind in NAME_PARTS and word == typed.value:
        around = _scripts_of_other_parts(typed)
    return around == {"Cyrillic"}


def _scripts_of_other_parts(typed: Typed) -> frozenset[str]:
    return scripts(" ".join(typed.other(kind) for kind in NAME_PARTS - {typed.kind}))


def _is_rather_latin(word: str, in_cyrillic: str, typed: Typed) -> bool:
    if typed.is_latin:
        return True
    return not is_known(in_cyrillic) and 2 * len(_LETTER_OF["Latin"].findall(word)) > len(word)


def _written_in(script: str, word: str) -> str | None:
    # Decomposed first, so that a Latin «ë» becomes the Russian one.
    letters = unicodedata.normalize("NFD", word)
    translated = letters.translate(_TO_CYRILLIC if script == "Cyrillic" else _TO_LATIN)
    composed = unicodedata.normalize("NFC", translated)
    return composed if scripts(composed) == {script} else None

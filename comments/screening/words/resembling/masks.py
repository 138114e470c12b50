"""Words with signs in place of letters: «х*й», «бл@дь», «п***а», «х..й», «ху🍆й», «му$ак»."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import regex

from comments.screening.words.alphabets import LOOK_CYRILLIC
from comments.screening.words.folding import is_cyrillic
from comments.screening.words.inflection import is_word
from comments.screening.words.resembling.common import is_common, is_english, is_obscene
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.latin import SOUNDS, likely_words
from comments.screening.words.resembling.wildcards import HIDDEN, Wildcards

# A run without spaces and without the signs that only separate.
_TOKEN = re.compile(r"[^\s,;:()\"«»„“”/\\<>\[\]{}|=]+")
_PART = regex.compile(r"(?P<letters>[\p{L}\p{M}]++)|(?P<signs>[^\p{L}\p{M}]++)")
# Signs that words have inside for other reasons too: hyphens, full stops, numbers.
_WEAK = ".…-–—+!?'’0123456789"
_DOTS = ".…-–—"
_STARS = "*#"
# Outside a word these mean something else: @name, #tag, $5, 5%, the end of a sentence.
_BEFORE, _AFTER = _WEAK + "@#$€%&^~_", _WEAK + "$€%&^~_"
_EMPHASIS = "*_~"
_DIGITS = "0123456789"
_WEAK_IN_LATIN = "!?-" + _DIGITS
# One of these at the edge may be a letter where the rest is no word: «#лядь», «1андон», «негодя%».
_EDGE_MASKS = _DIGITS + "@#$%&_"
_SHORTEST_TORN = 4
_LONGEST_TOKEN, _MOST_PARTS = 40, 7
_FEW, _ENOUGH = 2, 3
_SHORTEST_LATIN_FORM = 4
# Two Latin letters for one Russian one, of which a sign may hide one.
_PAIRS = ("ya", "ja", "yu", "ju", "zh", "ch", "sh", "kh")


class _Gap(NamedTuple):
    """Signs that replace at least `least` and at most `most` letters."""

    least: int
    most: int
    signs: str
    # What one sign and the letter after it may be together: «*a» in «bl*at» is «ya».
    halves: tuple[tuple[int, str], ...] = ()

    @property
    def is_weak(self) -> bool:
        """One hyphen, full stop or digit is ordinary; two hyphens and two full stops are not."""
        is_run = len(self.signs) > 1 and self.signs[0] in _DOTS and len({*self.signs}) == 1
        return not self.signs.strip(_WEAK) and self.signs != "…" and not is_run

    @property
    def is_digit(self) -> bool:
        return len(self.signs) == 1 and self.signs in _DIGITS


class _Mask(NamedTuple):
    """A token in parts; each place is a gap, or what may follow there and the place after it."""

    pieces: tuple[str, ...]
    gaps: tuple[_Gap, ...]
    starts_with_gap: bool
    ends_with_gap: bool
    places: tuple["_Gap | tuple[tuple[int, str], ...]", ...]

    @property
    def letters(self) -> str:
        return "".join(self.pieces)


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def tokens(text: str) -> Sequence[tuple[int, str]]:
    """Return what may be a masked word, without the signs around it that mask nothing."""
    candidates: list[tuple[int, str]] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if not token.isalpha() and len(token) <= _LONGEST_TOKEN:
            start, inside = _without_edges(token)
            if len(inside) > _FEW and not inside.isalpha():
                candidates.append((match.start() + start, inside))
            elif token[0] in _EDGE_MASKS or token[-1] in _EDGE_MASKS:
                candidates.extend(_torn_at_edges(token, start, inside, match.start()))
    return candidates


def unmasked(token: str, forms: Forms, wildcards: Wildcards) -> set[tuple[str, int | None]]:
    """Return the listed forms that a token without edges may be, and the words that an entry with
    a wildcard matches, under its number."""
    mask = _mask(token)
    # The dictionary has «авторско-издательский» as one word.
    if mask is None or not _may_hide(mask) or is_word(token):
        return set()
    listed: set[tuple[str, int | None]] = {
        (form, None)
        for form in _candidates(mask, forms)
        if _is_likely(form, mask) and _fits(form, mask.places)
    }
    guesses = listed or {*_matching_wildcards(mask, wildcards)}
    # «П0езд» is «поезд» rather than anything listed.
    return set() if guesses and _spells_words(token) else guesses


def _spells_words(token: str) -> bool:
    """Return whether digits for letters make ordinary words: «п0езд», «п0-другому»."""
    if token.isascii():
        # «s4yot» is «счёт».
        return token.isalnum() and bool(likely_words(token))
    if token.replace("-", "").isalpha():
        return False
    letters = "".join(
        LOOK_CYRILLIC.get(sign, sign)[0] if sign in _DIGITS else sign for sign in token
    )
    return is_word(letters) or all(map(is_word, letters.split("-")))


def _matching_wildcards(mask: _Mask, wildcards: Wildcards) -> Iterator[tuple[str, int]]:
    spelled = ""
    for place in mask.places:
        if isinstance(place, _Gap):
            spelled += HIDDEN * (len(place.signs) if place.signs.strip(_STARS) == "" else 1)
        else:
            # Of several letters that it may be the likeliest.
            spelled += place[0][1] if place else HIDDEN
    cut = set() if all(map(is_common, mask.pieces)) else {spelled.replace(HIDDEN, "")}
    yield from set(wildcards.matching(cut)) or wildcards.unmasked(spelled)


def _is_likely(form: str, mask: _Mask) -> bool:
    letters = mask.letters
    # Without the signs it is the word itself: «су-ка», but not «за-лупа».
    is_whole = len(form) <= len(letters) and letters.isascii() == form.isascii()
    if is_whole and all(map(is_common, mask.pieces)):
        return _is_letter_cut_off(mask)
    if letters.isascii() and not _is_latin_enough(form, mask):
        return False
    hidden = len(form) - len(letters)
    # «б***ь» and «ж**а», but not «д**а»: people mask what is obscene.
    return form.isascii() or len(letters) > _FEW or hidden < _FEW or is_obscene(form)


def _without_edges(token: str) -> tuple[int, str]:
    """«*слово*» is emphasis, «#слово» a tag, «слово!» a word: signs around it mask nothing."""
    inside = token.lstrip(_BEFORE).rstrip(_AFTER)
    start = len(token) - len(token.lstrip(_BEFORE))
    while len(inside) > 1 and inside[0] == inside[-1] and inside[0] in _EMPHASIS:
        start, inside = start + 1, inside[1:-1]
    return start, inside


def _torn_at_edges(token: str, start: int, letters: str, offset: int) -> Iterator[tuple[int, str]]:
    """Yield the letters with the one sign before or after them, if they are no word without it."""
    before, after = token[:start], token[start + len(letters) :]
    if len(letters) < _SHORTEST_TORN or letters.isascii():
        return
    if len(before) == 1 and before in _EDGE_MASKS and not is_common(letters):
        yield offset, before + letters
    if len(after) == 1 and after in _EDGE_MASKS and not is_common(letters):
        yield offset + start, letters + after


def _mask(token: str) -> _Mask | None:
    parts = [(match["letters"], match["signs"]) for match in _PART.finditer(token)]
    if not 1 < len(parts) <= _MOST_PARTS:
        return None
    pieces = tuple(letters for letters, _signs in parts if letters)
    cyrillic = any(map(is_cyrillic, "".join(pieces)))
    places: list[_Gap | tuple[tuple[int, str], ...]] = []
    for letters, signs in parts:
        if signs:
            # In Latin letters a hyphen only cuts: «jo-jo» hides nothing.
            is_cut = signs == "-" and not cyrillic
            places.append(_Gap(0, 0, signs) if is_cut else _gap(signs))
        else:
            places.extend(_spellings(letters, len(places), cyrillic=cyrillic))
    if not cyrillic:
        _fill_halves(places, token)
    gaps = tuple(place for place in places if isinstance(place, _Gap))
    return _Mask(pieces, gaps, not parts[0][0], not parts[-1][0], tuple(places))


def _fill_halves(places: list["_Gap | tuple[tuple[int, str], ...]"], token: str) -> None:
    """Let a sign hide one of two Latin letters for a Russian one: «bl*at» is «blyat»."""
    if len(places) != len(token):
        return
    for number, place in enumerate(places):
        if not isinstance(place, _Gap):
            continue
        before, after = token[number - 1 : number], token[number + 1 : number + 2]
        halves = [
            (number + 2, sound) for pair in _PAIRS if pair[1] == after for sound in SOUNDS[pair]
        ]
        places[number] = place._replace(halves=tuple(halves))
        previous = places[number - 1] if number else None
        if previous is not None and not isinstance(previous, _Gap):
            sounds = [sound for pair in _PAIRS if pair[0] == before for sound in SOUNDS[pair]]
            places[number - 1] = (*previous, *((number + 1, sound) for sound in sounds))


def _gap(signs: str) -> _Gap:
    count = len(signs.replace("…", "..."))
    if count == 1:
        return _Gap(0, 1, signs)
    # People count the stars only roughly, and dots and pictures not at all.
    least = max(1, count - 1) if signs.strip(_STARS) == "" else int(signs[0] in _DOTS)
    return _Gap(least, count + 1, signs)


def _spellings(
    letters: str, offset: int, *, cyrillic: bool
) -> Iterator[tuple[tuple[int, str], ...]]:
    for place, letter in enumerate(letters):
        if cyrillic:
            options = letter if is_cyrillic(letter) else LOOK_CYRILLIC.get(letter, "")
            yield tuple((offset + place + 1, option) for option in options)
        else:
            sounds = [(1, letter)]
            for size in range(1, len(letters) - place + 1):
                for sound in SOUNDS.get(letters[place : place + size], ()):
                    sounds += [(size, sound), (size, f"{sound}ь")]
            yield tuple((offset + place + size, sound) for size, sound in sounds)


def _may_hide(mask: _Mask) -> bool:
    letters = mask.letters
    if len(letters) < _FEW or (mask.starts_with_gap and mask.ends_with_gap):
        return False
    if any(gap.is_weak for gap in mask.gaps) and not _is_weakly_masked(mask):
        return False
    if letters.isascii() and any("_" in gap.signs for gap in mask.gaps):
        return False
    return not (mask.starts_with_gap or mask.ends_with_gap) or _is_torn(mask)


def _is_weakly_masked(mask: _Mask) -> bool:
    """Return whether a hyphen, full stop or digit masks: not in «д-р», «т.д.», «кто-то», «м2»."""
    letters, (gap, *other_gaps) = mask.letters, mask.gaps
    if letters.isascii():
        return _is_weakly_masked_in_latin(mask)
    # «х7й», «у4оды»
    if gap.is_digit and not (other_gaps or mask.starts_with_gap or mask.ends_with_gap):
        return True
    return len(letters) >= _ENOUGH and (
        _is_letter_cut_off(mask) or not all(map(is_common, mask.pieces))
    )


def _is_weakly_masked_in_latin(mask: _Mask) -> bool:
    """Return whether one sign masks a letter: «m!dak», «m7dak», «mu-dak», but not «Hello!dude»."""
    signs = mask.gaps[0].signs
    if len(mask.gaps) > 1 or len(mask.pieces) != _FEW or signs not in _WEAK_IN_LATIN:
        return False
    is_torn = min(map(len, mask.pieces)) < _ENOUGH and signs != "-"
    is_long = len(mask.letters) >= _ENOUGH + (signs not in "!?")
    return is_long and (is_torn or not all(map(is_common, mask.pieces)))


def _is_letter_cut_off(mask: _Mask) -> bool:
    """«с-уки», «сук.и»"""
    return (
        len(mask.pieces) == _FEW
        and len(mask.gaps) == 1
        and (
            (mask.gaps[0].signs == "-" and min(map(len, mask.pieces)) == 1)
            or (mask.gaps[0].signs == "." and len(mask.pieces[1]) == 1)
        )
    )


def _is_torn(mask: _Mask) -> bool:
    """Return whether signs before or after the letters are no footnote and no reaction."""
    if len(mask.pieces) > 1:
        return True
    (stem,), (gap,) = mask.pieces, mask.gaps
    if len(stem) < _FEW:
        return False
    if stem.isascii():
        is_long = mask.ends_with_gap or (len(stem) >= _SHORTEST_TORN and gap.signs == "*")
        return is_long and not is_english(stem)
    # A footnote looks the same, but few words are all but the last letter of a listed one: «сук*».
    if gap.signs == "*" and mask.ends_with_gap and len(stem) >= _ENOUGH:
        return True
    # «на***» and «по***» are more than a footnote, «закон***» is not.
    is_cut = len(stem) == _FEW and len(gap.signs) > 1 and not gap.signs.strip(_STARS)
    return not is_common(stem) or (mask.ends_with_gap and is_cut)


def _is_latin_enough(form: str, mask: _Mask) -> bool:
    """Few letters may be anything, but «h*y», «x*y» and «xy*» are what people mask most."""
    if len(form) >= _SHORTEST_LATIN_FORM and (form.isascii() or len(mask.letters) >= _ENOUGH):
        return True
    (gap, *other_gaps), hidden = mask.gaps, len(form) - len(mask.letters)
    if other_gaps or gap.signs.strip(_STARS) or form.isascii() or not is_obscene(form):
        return False
    if mask.ends_with_gap:
        return len(mask.letters) == _FEW and hidden <= max(1, len(gap.signs))
    return len(form) < _SHORTEST_LATIN_FORM and hidden == 1


def _candidates(mask: _Mask, forms: Forms) -> Iterator[str]:
    places = mask.places
    least = sum(gap.least for gap in mask.gaps)
    most = sum(gap.most for gap in mask.gaps)
    count = len(mask.letters)
    # A Latin letter may be one of four for a Russian one, or one for two of them.
    lengths = (
        range(count // 4 + least, 2 * count + most + 1)
        if mask.letters.isascii()
        else range(count + least, count + most + 1)
    )
    if mask.ends_with_gap:
        for beginning in _beginnings(places):
            yield from forms.begun_by(beginning, lengths)
    elif mask.starts_with_gap:
        for ending in _endings(mask):
            yield from forms.ended_by(ending, lengths)
    else:
        firsts = {letters[0] for _after, letters in _options(places[0])}
        lasts = {
            letters[-1]
            for place in places
            for after, letters in _options(place)
            if after == len(places)
        }
        for first, last in product(sorted(firsts), sorted(lasts)):
            yield from forms.between(first, last, lengths)


def _options(place: "_Gap | tuple[tuple[int, str], ...]") -> tuple[tuple[int, str], ...]:
    options = place.halves if isinstance(place, _Gap) else place
    return tuple(one for one in options if one[1])


def _beginnings(places: Sequence["_Gap | tuple[tuple[int, str], ...]"]) -> set[str]:
    return {
        first + second
        for after, first in _options(places[0])
        for _end, second in (_options(places[after]) or ((0, ""),))
    }


def _endings(mask: _Mask) -> set[str]:
    if len(mask.pieces[-1]) < _FEW:
        return set()
    if mask.letters.isascii():
        return set(_latin_endings(mask.places))
    before, last = mask.places[-2:]
    return {first + second for _one, first in _options(before) for _two, second in _options(last)}


def _latin_endings(
    places: Sequence["_Gap | tuple[tuple[int, str], ...]"],
) -> Iterator[str]:
    """Yield the two Russian letters that the Latin ones may end with."""
    for last, place in enumerate(places):
        for letters in (letters for after, letters in _options(place) if after == len(places)):
            if len(letters) >= _FEW:
                yield letters[-_FEW:]
                continue
            for before in places[:last]:
                yield from (
                    previous[-1] + letters for after, previous in _options(before) if after == last
                )


def _fits(form: str, places: Sequence["_Gap | tuple[tuple[int, str], ...]"]) -> bool:
    """Return whether the form can be read through the places, by how far each may reach."""
    reached: list[set[int]] = [{0}, *(set[int]() for _place in places)]
    for number, place in enumerate(places):
        for at in reached[number]:
            if isinstance(place, _Gap):
                reached[number + 1].update(range(at + place.least, at + place.most + 1))
            for after, letters in place.halves if isinstance(place, _Gap) else place:
                if form.startswith(letters, at):
                    reached[after].add(at + len(letters))
    return len(form) in reached[-1]

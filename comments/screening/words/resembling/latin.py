"""Russian words in Latin letters, in the usual ways of writing them: «durak», «blyad», «sy4ka»."""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from comments.screening.words.inflection import is_word
from comments.screening.words.resembling.common import is_everyday, is_frequent
from comments.screening.words.resembling.forms import Forms
from core.word_cache import word_cache

# Latin letters with the Russian ones that they replace: GOST 7.79, ISO 9, passports, ALA-LC, and
# what people type («4» for ч, «w» for ш, «6» for ш and б, «x» for х and кс).
SOUNDS: Mapping[str, tuple[str, ...]] = {
    "a": ("а",), "b": ("б",), "c": ("ц", "к", "с", "ч"), "d": ("д",), "e": ("е", "э"),
    "f": ("ф",), "g": ("г", "ж"), "h": ("х",), "i": ("и", "й", "ы", "ий", "ый"),
    "j": ("й", "ж", "ь"), "k": ("к",), "l": ("л",), "m": ("м",), "n": ("н",), "o": ("о",),
    "p": ("п",), "q": ("к", "я"), "r": ("р",), "s": ("с",), "t": ("т",), "u": ("у", "ю"),
    "v": ("в",), "w": ("ш", "в", "щ"), "x": ("х", "кс"), "y": ("ы", "й", "и", "у", "ий", "ый"),
    "z": ("з", "ц"),
    "ch": ("ч",), "tch": ("ч",), "sh": ("ш", "щ"), "sch": ("щ", "ш"), "shch": ("щ",),
    "shh": ("щ",), "zh": ("ж",), "kh": ("х",), "ts": ("ц",), "tz": ("ц",), "cz": ("ц",),
    "ck": ("к",), "ph": ("ф",), "oo": ("у",), "ks": ("кс",),
    "ya": ("я",), "ja": ("я",), "ia": ("я",), "yu": ("ю",), "ju": ("ю",), "iu": ("ю",),
    "yo": ("е",), "jo": ("е",), "io": ("е",), "ye": ("е", "э"), "je": ("е", "э"), "ie": ("е",),
    "iy": ("ий",), "ij": ("ий",), "yj": ("ый",), "yy": ("ый",), "yi": ("ый",),
    "š": ("ш",), "č": ("ч",), "ž": ("ж",), "ŝ": ("щ",), "â": ("я",), "û": ("ю",), "è": ("э",),
    "é": ("е", "э"), "ë": ("е",), "ě": ("е",), "ï": ("и",), "ý": ("ы", "й"), "ü": ("ю", "у"),
    "0": ("о",), "3": ("з", "э"), "4": ("ч",), "6": ("ш", "б"), "9": ("я",),
    "'": ("ь", "ъ", ""), "’": ("ь", "ъ", ""), "`": ("ь", "ъ", ""),
}  # fmt: skip
_LONGEST_SOUND = max(map(len, SOUNDS))
_SILENT = "ьъ"
# A word has a few dozen places and readings; the bound is for letters chosen to have more.
_MOST_STEPS = 600
_MOST_READINGS = 64
_LONG = 6
# Of nouns, adjectives and verbs, some with a suffix. Without them «huygens» would begin as «хуй*».
_ENDINGS = frozenset(
    """
    а у ю е и ы я ей ом ам ами ах ов ой ая ое ее ые ого ому ым ых ыми ую ь ть ться ти ать ять еть
    ить ешь ет ем ете ут ют ишь ит им ите ат ят ал ала али ел ела ели ил ила или ул ула ули лся
    лась лись ня ни ню ней ло ла лу ка ки ку кой кам ец ца цу цы цом еж ежа ный ная ное ные ного
    ной ную ных ским ский ская ские ство тый тая тое тые нутый нутая нутые лка лки ник ники нина
    ина ины ину ак ака аки аков ик ок ень ово ова овый овая ару ара ары юк юки
    """.split()  # noqa: SIM905
)


def is_in_sounds(word: str) -> bool:
    """Return whether the word has no other signs than those of Russian in Latin letters."""
    return all(letter in SOUNDS for letter in word)


def readings(word: str, forms: Forms) -> set[str]:
    """Return the listed forms that the word spells. A soft sign may be left out."""
    return {form for form, end in _beginnings(word, forms) if end == len(word)}


def inflected_readings(word: str, stems: Forms) -> set[tuple[str, str]]:
    """Return the stems that the word begins with, if it ends as Russian words do, and the whole."""
    return {
        (stem, stem + ending)
        for stem, end in _beginnings(word, stems)
        for ending in _ENDINGS.intersection([*spellings_of(word[end:])])
    }


def _beginnings(word: str, forms: Forms) -> set[tuple[str, int]]:
    """Return the forms that the word begins with, each with the place where it ends."""
    spelled_forms: set[tuple[str, int]] = set()
    begun = [(0, "", 0, len(forms.ordered))]
    steps: set[tuple[int, str]] = set()
    while begun and len(steps) < _MOST_STEPS:
        place, spelled, low, high = begun.pop()
        if spelled and forms.ordered[low] == spelled:
            spelled_forms.add((spelled, place))
        for following, letters in _next(word, place, spelled):
            step = (following, spelled + letters)
            first, after = forms.starting(step[1], low, high)
            if first < after and step not in steps:
                steps.add(step)
                begun.append((*step, first, after))
    return spelled_forms


@word_cache(4_096)
def is_russian(word: str) -> bool:
    """Return whether the word is one of the Russian dictionary in Latin letters."""
    return any(map(is_word, spellings_of(word)))


def likely_words(word: str) -> list[str]:
    """Return the words of the Russian dictionary that the letters spell most likely."""
    return [
        spelling
        for number, spelling in enumerate(spellings_of(word))
        if (is_word(spelling) if number == 0 else is_frequent(spelling))
    ]


@word_cache(4_096)
def is_surely_russian(word: str) -> bool:
    """Return whether the word is Russian by no accident: a long one, or an everyday one."""
    return is_russian(word) if len(word) >= _LONG else any(map(is_everyday, spellings_of(word)))


def spellings_of(word: str) -> Iterator[str]:
    """Yield the likeliest Russian spellings; none of a word that has other letters."""
    sounds: list[tuple[str, ...]] = []
    place = 0
    while place < len(word):
        size = next(
            (size for size in _sizes(word, place) if word[place : place + size] in SOUNDS), 0
        )
        if not size:
            return
        sounds.append(SOUNDS[word[place : place + size]])
        place += size
    yield from islice(map("".join, product(*sounds)), _MOST_READINGS)


def _next(word: str, place: int, spelled: str) -> Iterator[tuple[int, str]]:
    for size in _sizes(word, place):
        for letters in SOUNDS.get(word[place : place + size], ()):
            yield place + size, letters
    if spelled[-1:] not in _SILENT:
        for letter in _SILENT:
            yield place, letter


def _sizes(word: str, place: int) -> range:
    return range(min(_LONGEST_SOUND, len(word) - place), 0, -1)

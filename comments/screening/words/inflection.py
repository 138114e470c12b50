"""The inflected forms of a Russian word."""

from functools import cache

from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse

from core.word_cache import weighed_word_cache, word_cache

_PARTICIPLES = {"PRTF", "PRTS"}
_NAMES = {"Name", "Surn", "Patr", "Geox"}
_NOT_INFLECTED = {"PREP", "CONJ", "PRCL", "INTJ", "PRED"}
# Words that the dictionary lacks and whose type it guesses wrongly: the stem, and the word that it
# has with the stem to be replaced.
_MODELS = {
    "ебать": ("еб", "сосать", "сос"),
    "ебаться": ("еб", "сосаться", "сос"),
    "ебнуть": ("ебн", "пнуть", "пн"),
    "ебнуться": ("ебн", "пнуться", "пн"),
    "пиздеть": ("пиз", "глядеть", "гля"),
    "срать": ("ср", "врать", "вр"),
    "постить": ("пост", "гостить", "гост"),
    "лошара": ("лошар", "гитара", "гитар"),
    "чмо": ("чм", "зло", "зл"),
}
# The vowel that falls out of the ending, which the guess by the last letters misses.
_FLEETING = {
    "ок": ("ка", "ку", "ком", "ке", "ки", "ков", "кам", "ками", "ках"),
    "ец": ("ца", "цу", "цом", "цем", "це", "цы", "цов", "цев", "цам", "цами", "цах"),
}
# The cases that the prepositions govern.
_GOVERNED = {
    "в": "loct loc2 accs acc2",
    "во": "loct loc2 accs acc2",
    "на": "loct loc2 accs acc2",
    "с": "gent gen2 accs ablt",
    "со": "gent gen2 accs ablt",
    "к": "datv",
    "ко": "datv",
    "у": "gent gen2",
    "о": "loct loc2 accs",
    "об": "loct loc2 accs",
    "за": "accs acc2 ablt",
    "по": "datv accs loct loc2",
    "до": "gent gen2",
    "от": "gent gen2",
    "из": "gent gen2",
    "без": "gent gen2",
    "для": "gent gen2",
    "про": "accs acc2",
    "под": "accs acc2 ablt",
    "над": "ablt",
    "при": "loct loc2",
}


@cache
def _analyzer() -> MorphAnalyzer:
    return MorphAnalyzer(lang="ru")


@word_cache(16_384)
def is_word(spelling: str) -> bool:
    return bool(_analyzer().word_is_known(spelling))


@word_cache(4_096)
def is_genitive_noun(spelling: str) -> bool:
    """Return whether the likeliest reading is a noun in the genitive, and no person's name."""
    tag = _analyzer().parse(spelling)[0].tag
    return bool(tag.POS == "NOUN" and tag.case == "gent" and not tag.grammemes & _NAMES)


@word_cache(4_096)
def is_subject_noun(spelling: str) -> bool:
    """Return whether the likeliest reading is a noun in the nominative."""
    tag = _analyzer().parse(spelling)[0].tag
    return bool(tag.POS == "NOUN" and tag.case == "nomn")


def can_follow(preposition: str, spelling: str) -> bool | None:
    """Return whether the preposition governs a case of the word; None if it is no preposition."""
    if preposition not in _GOVERNED:
        return None
    cases = _GOVERNED[preposition].split()
    parses = _analyzer().parse(spelling)
    return any(parse.is_known and parse.tag.case in cases for parse in parses)


def is_noun(spelling: str) -> bool:
    """Return whether the likeliest reading is a noun."""
    return bool(_analyzer().parse(spelling)[0].tag.POS == "NOUN")


def forms_with(word: str, grammeme: str) -> frozenset[str]:
    """Return the forms of the word, folded, that have the grammeme («nomn», «plur», «VERB»)."""
    analyzer = _analyzer()
    return frozenset(
        _folded(form.word)
        for parse in _readings(word, analyzer.parse(word))
        for form in parse.lexeme
        if grammeme in form.tag
    )


@word_cache(4_096)
def is_given_name(spelling: str) -> bool:
    """Return whether the dictionary has the word as a given name or a patronymic."""
    parses = _analyzer().parse(spelling)
    return any(parse.is_known and parse.tag.grammemes & {"Name", "Patr"} for parse in parses)


@word_cache(4_096)
def is_singular_verb(spelling: str) -> bool:
    """Return whether the word says what one man does or did."""
    return any(
        parse.is_known
        and parse.tag.POS == "VERB"
        and parse.tag.number == "sing"
        and (parse.tag.gender == "masc" or parse.tag.person == "3per")
        for parse in _analyzer().parse(spelling)
    )


def is_proper_name(spelling: str) -> bool:
    """Return whether the dictionary has the word as a person's or a place's name."""
    parses = _analyzer().parse(spelling)
    return any(parse.is_known and parse.tag.grammemes & _NAMES for parse in parses)


@weighed_word_cache(64 * 1024 * 1024, frozenset[str].__iter__)
def forms(word: str) -> frozenset[str]:
    """Every form of the word, folded (no capitals, no ё), the word itself included.

    A word that is the dictionary form of something is taken as that and not as an oblique form of
    something else; one that is not («суки») is taken by its likeliest reading. Forms guessed for a
    word that the dictionary lacks are left out where they spell another word that it has.
    """
    parses = _analyzer().parse(word)
    known = [parse for parse in parses if parse.is_known]
    if known:
        return frozenset({word}.union(*map(_lexeme, _readings(word, known))))
    guessed = _after_model(word) or set().union(
        *map(_lexeme, _readings(word, parses)), _with_fleeting_vowel(word)
    )
    return frozenset({word} | {form for form in guessed if not is_word(form)})


def _readings(word: str, parses: list[Parse]) -> list[Parse]:
    changing = [parse for parse in parses if parse.is_known or "Fixd" not in parse.tag]
    as_lemma = [parse for parse in changing if _folded(parse.normal_form) == word]
    if any("Pltm" not in parse.tag for parse in as_lemma):
        return as_lemma
    likeliest = {parse.normal_form for parse in changing[:1]}
    return as_lemma + [parse for parse in changing if parse.normal_form in likeliest]


def _lexeme(parse: Parse) -> set[str]:
    if parse.tag.POS in _NOT_INFLECTED:
        return {_folded(parse.word)}
    lexeme = parse.lexeme
    if parse.tag.POS in _PARTICIPLES:
        lexeme = [form for form in lexeme if form.tag.POS in _PARTICIPLES and _akin(form, parse)]
    return {_folded(form.word) for form in lexeme}


def _akin(form: Parse, parse: Parse) -> bool:
    return bool(form.tag.tense == parse.tag.tense and form.tag.voice == parse.tag.voice)


def _after_model(word: str) -> set[str]:
    for ending, (stem, model, model_stem) in _MODELS.items():
        if word.endswith(ending):
            prefixed = word.removesuffix(ending) + stem
            return {
                prefixed + form.removeprefix(model_stem)
                for form in forms(model)
                if form.startswith(model_stem)
            }
    return set()


def _with_fleeting_vowel(word: str) -> set[str]:
    for ending, endings in _FLEETING.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return {word.removesuffix(ending) + changed for changed in endings}
    return set()


def _folded(spelling: str) -> str:
    return spelling.lower().replace("ё", "е")

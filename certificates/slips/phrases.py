"""Titles, institutions, positions: capitals and quotation marks."""

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.language.lexicon import is_common_word, is_known, is_place
from certificates.language.word_lists import listed
from certificates.slips.slip import WORD, Slip, Typed

_LONGEST_ABBREVIATION = 5
_QUOTE = regex.compile(r'[«»„“”"]')
_FORM = (
    r"(?:ООО|ОАО|ЗАО|ПАО|НАО|АО|АНО|НКО|АНО ДО|АНО ДПО|ЧОУ|НОУ|ЧУ|МБДОУ|МАДОУ|МКДОУ|ГБДОУ|ГАДОУ)"
)
_NAME_AFTER_FORM = regex.compile(
    rf"({_FORM}) (\p{{Lu}}\p{{Ll}}+(?:[ -]\p{{Ll}}+|[ -]\p{{Lu}}\p{{Ll}}+)*)"
)
_NURSERY = regex.compile(r"(.*\b[Дд]етский сад(?: ?(?:№|N) ?\d+)?) ([А-ЯЁ][а-яё]+(?: [а-яё]+)?)")
_COMMON_NAMES = regex.compile(
    r"(?i)\b(?:школа|гимназия|лицей|сош|оош|детский|сад|центр|колледж|техникум|училище|институт"
    r"|университет|академия|ясли|дом|дворец|музей|библиотека|комбинат|фонд|общество|союз|агентство"
    r"|организация|студия|учреждение|образовательн\w+|дошкольн\w+|частн\w+|средняя|начальная)\b"
)
_ABBREVIATIONS = listed("abbreviations")
_DOUBLE_OCCUPATION = regex.compile(
    r"(?i)\b(?:учитель (?:логопед|дефектолог|предметник)"
    r"|педагог (?:психолог|организатор|библиотекарь|логопед|дефектолог)|член корреспондент"
    r"|врач (?:терапевт|педиатр|хирург|психиатр|стоматолог|невролог))\b"
)
_NOTHING = regex.compile(r"(?i)[-–—_./]+|нету?|отсутствует|не имею|не имеется|без степени|прочерк")
_OPENED_BY = {"»": "«", "“": "„", "”": "“„", '"': '"'}
_OPENING = regex.compile(r"(?<![^\s(])[«„“\"](?=\S)")
_INCHES = regex.compile(r"(?<!№ ?)\b\d+(?:[.,]\d+)?[\"”]")


def title_without_capital(typed: Typed) -> Slip | None:
    # A Latin beginning («iPhone», «e-learning») may well be meant.
    if not regex.match(r"[а-яё]", typed.value):
        return None
    correction = typed.value[0].upper() + typed.value[1:]
    return Slip("no_capital", _("A title begins with a capital letter"), correction)


def abbreviation_in_small(typed: Typed) -> Slip | None:
    small = [word for word in WORD.findall(typed.value) if word in _ABBREVIATIONS]
    if not small:
        return None
    message = format_lazy(_("“{word}” is written in capitals"), word=small[0])
    correction = WORD.sub(
        lambda match: match[0].upper() if match[0] in _ABBREVIATIONS else match[0], typed.value
    )
    return Slip("no_capital", message, correction)


def occupation_without_hyphen(typed: Typed) -> Slip | None:
    match = _DOUBLE_OCCUPATION.search(typed.value)
    if match is None:
        return None
    meant = match[0].replace(" ", "-")
    message = format_lazy(_("This is written with a hyphen: “{meant}”"), meant=meant)
    return Slip("missing_hyphen", message, typed.value.replace(match[0], meant))


def nothing_to_say(typed: Typed) -> Slip | None:
    if not _NOTHING.fullmatch(typed.value):
        return None
    return Slip("nothing_to_say", _("This would be printed: leave the field empty instead"), "")


def phrase_in_capitals(typed: Typed) -> Slip | None:
    words = WORD.findall(typed.value)
    if not typed.value.isupper() or not any(
        len(word) > _LONGEST_ABBREVIATION and is_known(word) for word in words
    ):
        return None
    # No correction: only the writer knows which of the words are names or abbreviations.
    return Slip("all_caps", _("All of this is in capitals: write it as in a sentence"))


def unbalanced_quotes(typed: Typed) -> Slip | None:
    if _INCHES.search(typed.value) and not _OPENING.search(typed.value):
        return None
    marks = _QUOTE.findall(typed.value)
    if _are_paired(marks):
        return None
    message = _("A quotation mark is missing: they come in pairs, “like this”")
    return Slip("unbalanced_quotes", message, _closed(typed.value, marks))


def missing_quotes(typed: Typed) -> Slip | None:
    match = _NAME_AFTER_FORM.fullmatch(typed.value)
    if match is None or _COMMON_NAMES.search(match[2]):
        match = _NURSERY.fullmatch(typed.value)
        if match is None or not _is_a_name_of_it(match[2].split()[0]):
            return None
    message = _("The name of an institution is written in quotation marks after its form")
    return Slip("missing_quotes", message, f"{match[1]} «{match[2]}»")


def _is_a_name_of_it(word: str) -> bool:
    """Tell the name in «Детский сад Ромашка» from the town in «Детский сад Калуги»."""
    return is_common_word(word) and not is_place(word)


def _are_paired(marks: list[str]) -> bool:
    opened: list[str] = []
    for mark in marks:
        if opened and opened[-1] in _OPENED_BY.get(mark, ""):
            opened.pop()
        else:
            opened.append(mark)
    return not opened


def _closed(value: str, marks: list[str]) -> str | None:
    """Return the value with its quotation marks paired, if there is one way to do it."""
    if marks == ["«", "«", "»"] and value.endswith("»"):
        # One sign was typed for the ends of both names. The inner one gets the inner marks.
        outer, name, inner = value[:-1].split("«")
        return f"{outer}«{name}„{inner}“»"
    if marks == ['"'] * 3 and value.endswith('"'):
        outer, name, inner = value[:-1].split('"')
        is_certain = name.endswith(" ")
        return f"{outer}«{name}„{inner}“»" if is_certain else None
    opening = _OPENING.search(value)
    if opening is None or opening[0] != marks[0] or len(marks) > len("«»"):
        return None
    before, after = value[: opening.start()], value[opening.end() :]
    if len(marks) == 1:
        return f"{before}«{after}»"
    name, _mark, rest = after.rpartition(marks[1])
    return f"{before}«{name}»{rest}"

"""Titles, institutions, positions: capitals and quotation marks."""

import regex
from django.utils.translation import gettext_lazy as _

from certificates.guards.slips import WORD, Slip, Typed
from certificates.lexicon import is_known

_LONGEST_ABBREVIATION = 5
_QUOTE = regex.compile(r'[«»„“”"]')
_FORM = (
    r"(?:ООО|ОАО|ЗАО|ПАО|НАО|АО|АНО|НКО|АНО ДО|АНО ДПО|ЧОУ|НОУ|ЧУ|МБДОУ|МАДОУ|МКДОУ|ГБДОУ|ГАДОУ)"
)
_NAME_AFTER_FORM = regex.compile(
    rf"({_FORM}) (\p{{Lu}}\p{{Ll}}+(?:[ -]\p{{Ll}}+|[ -]\p{{Lu}}\p{{Ll}}+)*)"
)
_COMMON_NAMES = regex.compile(
    r"(?i)\b(?:школа|гимназия|лицей|сош|оош|детский|сад|центр|колледж|техникум|училище|институт"
    r"|университет|академия|ясли|дом|дворец|музей|библиотека|комбинат|фонд|общество|союз|агентство"
    r"|организация|студия|учреждение|образовательн\w+|дошкольн\w+|частн\w+|средняя|начальная)\b"
)
_OPENED_BY = {"»": "«", "“": "„", "”": "“„", '"': '"'}
_OPENING = regex.compile(r"(?<![^\s(])[«„“\"](?=\S)")
_INCHES = regex.compile(r"(?<!№ ?)\b\d+(?:[.,]\d+)?[\"”]")


def title_without_capital(typed: Typed) -> Slip | None:
    # A Latin beginning («iPhone», «e-learning») may well be meant.
    if not regex.match(r"[а-яё]", typed.value):
        return None
    correction = typed.value[0].upper() + typed.value[1:]
    return Slip("no_capital", _("A title begins with a capital letter"), correction)


def phrase_in_capitals(typed: Typed) -> Slip | None:
    words = WORD.findall(typed.value)
    if not typed.value.isupper() or not any(
        len(word) > _LONGEST_ABBREVIATION and is_known(word) for word in words
    ):
        return None
    # No correction: which of the words are names or abbreviations, only the writer knows.
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
    found = _NAME_AFTER_FORM.fullmatch(typed.value)
    if found is None or _COMMON_NAMES.search(found[2]):
        return None
    message = _("The name of an institution stands in quotation marks after its form")
    return Slip("missing_quotes", message, f"{found[1]} «{found[2]}»")


def _are_paired(marks: list[str]) -> bool:
    opened: list[str] = []
    for mark in marks:
        if opened and opened[-1] in _OPENED_BY.get(mark, ""):
            opened.pop()
        else:
            opened.append(mark)
    return not opened


def _closed(value: str, marks: list[str]) -> str | None:
    """The value with its quotes paired, where there is one way to do it."""
    if marks == ["«", "«", "»"] and value.endswith("»"):
        return value + "»"  # one sign stands for the ends of both names
    opening = _OPENING.search(value)
    if opening is None or opening[0] != marks[0] or len(marks) > len("«»"):
        return None
    before, after = value[: opening.start()], value[opening.end() :]
    if len(marks) == 1:
        return f"{before}«{after}»"
    name, _mark, rest = after.rpartition(marks[1])
    return f"{before}«{name}»{rest}"

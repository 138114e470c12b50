"""Signs that a comment is about the publication's own work and not about its subject."""

from collections.abc import Iterator

import regex

from comments.screening.verdicts import Evidence
from comments.screening.words.folding import fold

_OUR_WORK = (
    r"(?:стать\w+|материал\w*|публикаци\w+|заметк\w+|новост\w+|текст\w*|заголов\w+|подзаголов\w+"
    r"|интервью|репортаж\w*|подпис\w+\sпод\s(?:фото|снимк)\w*|фотографи\w+|инфографик\w+)"
)
_OUR_PEOPLE = (
    r"(?:журналист\w*|корреспондент\w*|редакци\w+|редактор\w*|автор\w*|корректор\w*|издани\w+"
    r"|сайт\w*|газет\w+|портал\w*)"
)
_YOUR = r"ваш\w{0,3}"
_FAULT = (
    r"(?:вр[еу]т|врете|лж[еу]т|лжете|ложь|вранье|ошиб\w+|перепутал\w*|выдумал\w*|исказил\w*"
    r"|безграмотн\w+|неграмотн\w+|некомпетентн\w+|непрофессионал\w+|предвзят\w+|недостоверн\w+"
    r"|неправд\w+|дезинформ\w+|манипул\w+|кликбейт\w*|вводит\w*\sв\sзаблуждение|не\sсоответству\w+)"
)
_NEAR = r"[^.!?\n]{0,60}"
_OUR_WORK_EN = (
    r"(?:article|story|piece|headline|material|caption|photo|report|coverage|interview)s?"
)
_OUR_PEOPLE_EN = (
    r"(?:journalist|reporter|editor|author|correspondent|newsroom|publication|newspaper)s?"
)
_FAULT_EN = (
    r"(?:wrong|false|fake|lie[sd]?|lying|mistaken?s?|errors?|inaccura\w+|mislead\w*|biased|untrue"
    r"|incompetent|clickbait|misquot\w+|illiterate|unprofessional)"
)
_CUES = regex.compile(
    rf"""
    \b(?:
        {_YOUR}\s(?:\w+\s)?(?:{_OUR_WORK}|{_OUR_PEOPLE})\b
      | опечатк\w*
      | {_FAULT}\b{_NEAR}\b{_OUR_WORK}
      | (?:{_OUR_WORK}|{_OUR_PEOPLE})\b{_NEAR}\b{_FAULT}
      | (?:исправьте|поправьте|удалите|снимите|уберите|опровергните)\b{_NEAR}\b{_OUR_WORK}
      | (?:проверя\w+|проверьте)\s(?:\w+\s)?(?:факт\w*|информаци\w+|источник\w*)
      | (?:требую|прошу)\s(?:\w+\s)?опроверж\w+ | опровержени\w+
      | жалоб\w+\sна\s(?:{_OUR_WORK}|{_OUR_PEOPLE}) | пожалуюсь\sна\s(?:{_OUR_WORK}|{_OUR_PEOPLE})
      | your\s(?:\w+\s)?(?:{_OUR_WORK_EN}|{_OUR_PEOPLE_EN})\b
      | typos?\b
      | (?:{_OUR_WORK_EN}|{_OUR_PEOPLE_EN})\b{_NEAR}\b{_FAULT_EN}\b
      | {_FAULT_EN}\b{_NEAR}\b(?:{_OUR_WORK_EN}|{_OUR_PEOPLE_EN})\b
      | (?:check|verify)\syour\s(?:facts|sources)
      | (?:fix|correct|retract|remove|take\sdown)\s(?:the|this|your)\s(?:\w+\s)?{_OUR_WORK_EN}\b
      | retraction
    )
    """,
    regex.VERBOSE,
)


def cues(text: str) -> Iterator[Evidence]:
    folded = fold(text)
    for match in _CUES.finditer(folded.text):
        start, end = folded.original(*match.span())
        yield Evidence(text[start:end], start, end)


def reads_as_complaint(text: str) -> bool:
    return next(cues(text), None) is not None

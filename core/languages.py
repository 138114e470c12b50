import re
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# The quotes of a sentence, and those inside them. “ closes an inner pair in Russian, so an English
# sentence changes it in a pair alone.
_RUSSIAN_QUOTES = str.maketrans("«»", "„“")
_ENGLISH_QUOTES = re.compile("“([^“”„]*)”")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_TAG = re.compile("<[^<>]*>")
# The scripts that tell the language, or nearly so. Cyrillic does not tell Russian from Kazakh.
_SCRIPTS = {
    "ru": _CYRILLIC,
    "ar": re.compile("[\u0620-\u06ff\u0750-\u077f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "hy": re.compile("[\u0531-\u0587]"),
    "ja": re.compile("[\u3041-\u30ff]"),
    "ka": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]"),
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
}
_OTHER_SCRIPT = re.compile(
    f"[{''.join(one.pattern.strip('[]') for code, one in _SCRIPTS.items() if code != 'ru')}]"
)


class Localized:
    """Reads `<name>_ru` or `<name>_en` of its model, by the language of the page.

    Everything is written in Russian first, so an empty English text falls back to it.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object | None, owner: type) -> str:
        if instance is None:
            return self.name
        return in_language(instance, self.name, get_language() or "ru")


def in_language(instance: object, name: str, language: str) -> str:
    """`instance.<name>` in `language` ("ru", "en", "en-gb"), or in Russian where that is empty."""
    russian = str(instance.__dict__[f"{name}_ru"])
    if language.partition("-")[0] == "en":
        return str(instance.__dict__[f"{name}_en"]) or russian
    return russian


def language_of(text: str) -> str:
    """Return the language for `lang` of a text that people wrote: screen readers pronounce by it.

    `text` may be HTML. In Latin letters it is the language of the page: a name in them has none.
    """
    if _OTHER_SCRIPT.search(text):
        return _language_of_most_letters(_TAG.sub("", text))
    return "ru" if _CYRILLIC.search(text) else get_language() or "ru"


def _language_of_most_letters(text: str) -> str:
    counts = {code: len(letters.findall(text)) for code, letters in _SCRIPTS.items()}
    most = max(counts, key=lambda code: counts[code])
    # A formula or a quoted word leaves a Latin text what it is.
    if most != "ru" and counts[most] <= len(_LATIN.findall(text)):
        return "ru" if counts["ru"] else get_language() or "ru"
    return most


def inside_quotes(text: str) -> str:
    """Change the quotes in `text` to inner ones, because a sentence in the active language quotes
    it: «…„…“…» in Russian, “…‘…’…” in English."""
    if _is_english():
        return _ENGLISH_QUOTES.sub(r"‘\1’", text)
    return text.translate(_RUSSIAN_QUOTES)


def moment(at: datetime) -> str:
    """A date and time by the active clock, with the name of its time zone."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({_zone(local)})"


def exact_moment(at: datetime) -> str:
    """As `moment`, with seconds."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATE_FORMAT')}, {date_format(local, 'H:i:s')} ({_zone(local)})"


def current_zone() -> str:
    """The name of the time zone that times are shown in now."""
    return _zone(timezone.localtime())


def _zone(local: datetime) -> str:
    if str(local.tzinfo) == "Europe/Moscow":
        return _("Moscow time")
    offset = local.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def _is_english() -> bool:
    return (get_language() or "ru").partition("-")[0] == "en"

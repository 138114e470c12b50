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

    Without Cyrillic letters it is that of the page: a name in Latin letters has no language.
    """
    return "ru" if _CYRILLIC.search(text) else get_language() or "ru"


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

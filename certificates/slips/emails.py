"""Slips in e-mail addresses, found only where there is one likely correction."""

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.slips import domains
from certificates.slips.alphabets import look_alike_in_latin
from certificates.slips.layouts import retyped_as_english
from certificates.slips.slip import Slip, Typed
from certificates.slips.transliteration import latin

_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_ALL_CYRILLIC = regex.compile(r"[\p{Cyrillic}\d\-]+(?:\.[\p{Cyrillic}\d\-]+)+")
# The domain «.ру» does not exist: these names were written by their sound.
_SPOKEN = {
    "яндекс.ру": "yandex.ru",
    "я.ру": "ya.ru",
    "мейл.ру": "mail.ru",
    "мэйл.ру": "mail.ru",
    "майл.ру": "mail.ru",
    "маил.ру": "mail.ru",
    "рамблер.ру": "rambler.ru",
    "лист.ру": "list.ru",
    "инбокс.ру": "inbox.ru",
    "бк.ру": "bk.ru",
    "гмайл.ком": "gmail.com",
    "гмаил.ком": "gmail.com",
    "джимейл.ком": "gmail.com",
}
_BY_THE_SHAPE = str.maketrans("гипт", "runm")
_ALL_TYPED_IN_RUSSIAN = regex.compile(r"[а-яё0-9_.\-]+[@\"][а-яё0-9.\-]+", regex.IGNORECASE)
_SHORTEST_LOCAL = 3


def email_layout(typed: Typed) -> Slip | None:
    local, _at, domain = typed.value.rpartition("@")
    if _ALL_TYPED_IN_RUSSIAN.fullmatch(typed.value):
        meant = retyped_as_english(typed.value.replace('"', "@"))
    elif _ALL_CYRILLIC.fullmatch(domain) and not _CYRILLIC.search(local):
        meant = f"{local}@{retyped_as_english(domain)}"
    else:
        return None
    if meant.rpartition("@")[2] not in domains.KNOWN:
        return None
    message = _("The address seems to be typed with the other keyboard layout on")
    return Slip("wrong_layout", message, meant)


def email_alphabet(typed: Typed) -> Slip | None:
    local, at, domain = typed.value.rpartition("@")
    domain = _SPOKEN.get(domain, domain)
    if not at or not _CYRILLIC.search(typed.value) or _ALL_CYRILLIC.fullmatch(domain):
        return None
    meant_local, meant_domain = look_alike_in_latin(local), _latin_domain(domain)
    whole = bool(meant_local) and bool(meant_domain)
    return Slip(
        "mixed_script",
        _("There are Russian letters in the address: they look alike but are not the same"),
        f"{meant_local}@{meant_domain}" if whole else None,
    )


def email_address(typed: Typed) -> Slip | None:
    meant = _with_one_at(typed.value)
    meant = regex.sub(r"^www\.(?=[^@]+@)", "", meant, flags=regex.IGNORECASE)
    if meant == typed.value:
        return None
    message = format_lazy(_("An address looks like name@domain: perhaps {meant}?"), meant=meant)
    return Slip("email_address", message, meant)


def email_domain(typed: Typed) -> Slip | None:
    local, at, domain = typed.value.rpartition("@")
    meant = domains.mended(domain)
    if not at or meant == domain:
        return None
    message = format_lazy(
        _("E-mails will not reach “{domain}”: perhaps {meant}?"), domain=domain, meant=meant
    )
    return Slip("email_domain", message, f"{local}@{meant}")


def _latin_domain(domain: str) -> str | None:
    look_alike = look_alike_in_latin(domain)
    readings = (
        look_alike,
        latin(domain),
        look_alike_in_latin(domain.translate(_BY_THE_SHAPE)),
        retyped_as_english(domain),
    )
    return next((reading for reading in readings if reading in domains.KNOWN), look_alike)


def _with_one_at(value: str) -> str:
    value = regex.sub(r"@{2,}", "@", value)
    value = regex.sub(r"(?i) ?(?:[(\[]at[)\]]|[(\[]?собака[)\]]?) ?", "@", value)
    if "@" in value:
        return value
    ends = [domain for domain in domains.KNOWN if value.lower().endswith(domain)]
    if not ends:
        return value
    # One known domain can be the end of another: «mail.ru» of «hotmail.ru».
    domain = max(ends, key=len)
    local = value[: -len(domain)].rstrip(".\"'#№ ")
    return f"{local}@{domain}" if len(local) >= _SHORTEST_LOCAL else value

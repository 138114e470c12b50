"""Mail domains that people use, and what a mistyped one was meant to be."""

import tomllib
from pathlib import Path

import regex
from rapidfuzz.distance import OSA

_DATA = tomllib.loads(Path(__file__).with_name("domains.toml").read_text(encoding="utf-8"))
KNOWN = frozenset(str(_DATA["known"]).split())
_NEIGHBOURS = frozenset(str(_DATA["neighbours"]).split())
_MISTYPED_COM = frozenset(str(_DATA["mistyped_com"]).split())
_MISTYPED_RU = frozenset(str(_DATA["mistyped_ru"]).split())
_COUNTRIES = frozenset(str(_DATA["countries"]).split())
_DISTINCT: tuple[str, ...] = tuple(_DATA["distinct"])
_SHORT: tuple[str, ...] = tuple(_DATA["short"])
_HOME: dict[str, str] = _DATA["home"]
_MISTYPED: dict[str, str] = _DATA["mistyped"]
# Providers with mail in one top-level domain only. With another ending, the name of any other
# provider may be a private domain.
_ONE_HOME = {"gmail", "icloud"}

_INSTEAD_OF_DOT = regex.compile(r"[,;:/\\ ]|\.{2,}")
_WITHOUT_DOT = regex.compile(r"(.+?)(ru|com)")
_DOUBLED = regex.compile(r"(.)\1")


def mended(domain: str) -> str:
    """Return what the domain was meant to be: «yandeks.ru» is «yandex.ru».

    A domain that may be right is returned unchanged.
    """
    if domain in KNOWN:
        return domain
    tidy = _INSTEAD_OF_DOT.sub(".", domain).strip(".").removeprefix("www.")
    if "." not in tidy:
        tidy = _with_dot(tidy)
    name, _dot, top = tidy.partition(".")
    provider = name if name in _HOME else _provider_meant(name)
    if provider:
        return _at_provider(provider, top, typed_right=name == provider) or tidy
    rest, dot, top = tidy.rpartition(".")
    return rest + dot + (top if top in _COUNTRIES else _top_meant(top))


def _with_dot(domain: str) -> str:
    if domain in _HOME:
        return _HOME[domain]
    match = _WITHOUT_DOT.fullmatch(domain)
    dotted = ".".join(match.groups()) if match else domain
    return dotted if dotted in KNOWN else domain


def _provider_meant(name: str) -> str:
    if name in _NEIGHBOURS:
        return ""
    if name in _MISTYPED:
        return _MISTYPED[name]
    near = (provider for provider in _DISTINCT if _is_one_slip_away(name, provider))
    blurred = (short for short in _SHORT if _is_doubled_or_transposed(name, short))
    return next(near, "") or next(blurred, "")


def _at_provider(provider: str, top: str, *, typed_right: bool) -> str | None:
    if f"{provider}.{top}" in KNOWN:
        return f"{provider}.{top}"
    distinct = provider in _DISTINCT
    meant = _top_meant(top) if distinct or top not in _COUNTRIES else top
    if meant != top:
        candidate = f"{provider}.{meant}"
        return candidate if candidate in KNOWN else _HOME[provider]
    # «gmail.ru» serves no mail; «outlook.ru» may.
    astray = distinct and top in {"ru", "com"} and (not typed_right or provider in _ONE_HOME)
    return _HOME[provider] if astray else None


def _top_meant(top: str) -> str:
    if top in _MISTYPED_COM:
        return "com"
    return "ru" if top in _MISTYPED_RU else top


def _is_one_slip_away(typed: str, meant: str) -> bool:
    """Check for one inserted, deleted or replaced letter, or two letters that changed places."""
    return OSA.distance(typed, meant, score_cutoff=1) == 1


def _is_doubled_or_transposed(typed: str, meant: str) -> bool:
    if not _is_one_slip_away(typed, meant):
        return False
    return sorted(typed) == sorted(meant) or (
        len(typed) > len(meant) and _DOUBLED.sub(r"\1", typed) == meant
    )

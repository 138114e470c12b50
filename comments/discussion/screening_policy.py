"""A publication's settings and word lists in the form that screening takes."""

from dataclasses import fields
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from typing import Any

from comments.models import CommentSettings, WordListVersion
from comments.models.settings import LONGEST_COMMENT, LONGEST_RATE_SECONDS
from comments.screening import Policy
from comments.screening.facts import Links, NamedList, Rate
from comments.screening.words.wordlist import ListVersion, WordList, compiled
from core.models import Site

_Lists = tuple[NamedList, ...]

_SETTINGS = {field.name for field in CommentSettings._meta.concrete_fields}
_POLICY = {field.name for field in fields(Policy)}


def policy_of(settings: CommentSettings, site: Site) -> Policy:
    """Return the policy that texts on this site are screened by."""
    banned, suspect, every_entry = _lists(site.pk, settings.lists_version)
    converted: dict[str, Any] = {
        "banned": banned,
        "suspect": suspect,
        "every_entry": every_entry,
        "rates": tuple(
            Rate(most, timedelta(seconds=min(within, LONGEST_RATE_SECONDS)))
            for most, within in settings.posting_rates
        ),
        "links": Links(settings.links),
        "allowed_domains": frozenset(settings.allowed_domains),
        "newcomer_age": timedelta(hours=settings.newcomer_hours),
        "complaints_address": site.complaints_email,
        # A longer one may be stored from before there was a limit.
        "max_length": min(settings.max_length, LONGEST_COMMENT),
        "requires_external_review": bool(settings.external_review_url),
    }
    # A setting that needs no conversion has the same name in both classes, so a new one is copied
    # here without a new line.
    copied = (_SETTINGS & _POLICY) - converted.keys()
    return Policy(**{name: getattr(settings, name) for name in copied}, **converted)


# Compiling the default lists takes tenths of a second. The version in the key makes a process read
# them again after an editor publishes a list.
@lru_cache(maxsize=64)
def _lists(site_id: int, _lists_version: int) -> tuple[_Lists, _Lists, WordList]:
    """Return the banned and the suspect lists of a site, and the entries of all, compiled."""
    current = list(WordListVersion.objects.current(site_id))
    entries = chain.from_iterable(version.entries for version in current)
    return (
        _of_kind(current, WordListVersion.Kind.BANNED),
        _of_kind(current, WordListVersion.Kind.SUSPECT),
        compiled(ListVersion.of(dict.fromkeys(entries))),
    )


def _of_kind(versions: list[WordListVersion], kind: WordListVersion.Kind) -> _Lists:
    return tuple(
        NamedList(version.name, compiled(ListVersion.of(version.entries)))
        for version in versions
        if version.kind == kind
    )

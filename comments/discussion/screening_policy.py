"""A publication's settings and word lists as screening takes them."""

from datetime import timedelta
from functools import lru_cache

from comments.models import CommentSettings, WordListVersion
from comments.screening import Policy
from comments.screening.facts import Links, NamedList, Rate
from comments.screening.words.wordlist import ListVersion, compiled
from core.models import Site

_Lists = tuple[NamedList, ...]


def policy_of(settings: CommentSettings, site: Site) -> Policy:
    banned, suspect = _lists(site.pk, settings.lists_version)
    return Policy(
        shortest=settings.min_length,
        longest=settings.max_length,
        banned=banned,
        suspect=suspect,
        rates=tuple(
            Rate(most, timedelta(seconds=within)) for most, within in settings.posting_rates
        ),
        links=Links(settings.links),
        allowed_domains=frozenset(settings.allowed_domains),
        most_links=settings.most_links,
        newcomers_link=settings.newcomers_link,
        newcomer_comments=settings.newcomer_comments,
        newcomer_age=timedelta(hours=settings.newcomer_hours),
        trust_sample=settings.trust_sample,
        trusted_up_to=settings.trusted_up_to,
        complaints_address=site.complaints_email,
        asks_hook=bool(settings.hook_url),
    )


@lru_cache(maxsize=64)
def _lists(site_id: int, _lists_version: int) -> tuple[_Lists, _Lists]:
    """The banned and the suspect ones, read and compiled once for each version in a process."""
    current = list(WordListVersion.objects.current(site_id))
    return _of_kind(current, WordListVersion.Kind.BANNED), _of_kind(
        current, WordListVersion.Kind.SUSPECT
    )


def _of_kind(versions: list[WordListVersion], kind: WordListVersion.Kind) -> _Lists:
    return tuple(
        NamedList(version.name, compiled(ListVersion.of(version.entries)))
        for version in versions
        if version.kind == kind
    )

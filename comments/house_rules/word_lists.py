from collections.abc import Sequence
from secrets import token_hex

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import CommentSettings, WordListVersion
from comments.screening.default_lists import DefaultListKind, default_entries
from comments.screening.words.entries import BrokenEntry
from comments.screening.words.wordlist import ListVersion, WordList, compiled
from core.bounds import Bound, bounded
from core.errors import InvalidInput
from core.models import Site

_LANGUAGES = ("ru", "en")
# Leaves room in the column for what makes a name unique.
_LONGEST_SLUG = 40
# Of one list, and characters of an entry.
MOST_ENTRIES, LONGEST_ENTRY = 20_000, 200


@bounded(name=Bound(100), title=Bound(200), entries=Bound(LONGEST_ENTRY, items=MOST_ENTRIES))
@transaction.atomic(durable=True)
def publish_word_list(
    *,
    site: Site,
    name: str,
    kind: WordListVersion.Kind,
    entries: Sequence[str],
    actor: User | None,
    title: str = "",
) -> WordListVersion:
    """From now on every text is screened by it. The same list again makes no new version."""
    if actor is not None:
        require(actor, Permission.EDIT_RULEBOOK, site)
    # The lock on the site numbers the versions one after the other.
    Site.objects.select_for_update().get(pk=site.pk)
    return _publish(site, name, kind, entries, actor=actor, title=title)


def new_name(site: Site, title: str) -> str:
    """Return a name that no list of the site has, like the title where that is in Latin letters."""
    name = slugify(title)[:_LONGEST_SLUG] or f"list-{token_hex(4)}"
    taken = WordListVersion.objects.versions(site, name).exists()
    return f"{name}-{token_hex(2)}" if taken else name


@transaction.atomic(durable=True)
def install_default_word_lists(*, site: Site) -> None:
    """The lists that a new publication starts with; those that it has already are left alone."""
    Site.objects.select_for_update().get(pk=site.pk)
    for kind in DefaultListKind:
        for language in _LANGUAGES:
            name = f"{kind}-{language}"
            if not WordListVersion.objects.versions(site, name).exists():
                entries = default_entries(kind, language)
                _publish(site, name, WordListVersion.Kind(kind), entries)


def _publish(
    site: Site,
    name: str,
    kind: WordListVersion.Kind,
    entries: Sequence[str],
    *,
    actor: User | None = None,
    title: str = "",
) -> WordListVersion:
    compile_or_reject(entries)
    version = ListVersion.of(entries)
    current = WordListVersion.objects.versions(site, name).first()
    # Without a title the list keeps the one that it has.
    title = title or (current.title if current else "")
    same = (version.digest, kind, title)
    if current is not None and (current.digest, current.kind, current.title) == same:
        return current
    published = WordListVersion.objects.create(
        site=site,
        name=name,
        title=title,
        number=current.number + 1 if current else 1,
        kind=kind,
        entries=list(version.entries),
        digest=version.digest,
        published_by_id=actor.pk if actor else None,
    )
    CommentSettings.objects.get_or_create(site=site)
    # Every process caches the compiled lists under this number; a new number makes it read them
    # again.
    CommentSettings.objects.filter(site=site).update(lists_version=F("lists_version") + 1)
    return published


def compile_or_reject(entries: Sequence[str]) -> WordList:
    try:
        return compiled(ListVersion.of(entries))
    except BrokenEntry as error:
        message = _("There is nothing to match in this entry: %(entry)s")
        raise InvalidInput({"entries": [message % {"entry": error}]}) from error

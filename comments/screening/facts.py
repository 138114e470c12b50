"""The input of screening: the text, facts about its author and thread, the site's policy.

All of it is gathered beforehand, so a verdict depends on nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comments.screening.fingerprints import Fingerprint
from comments.screening.hyperlinks import Link
from comments.screening.readings import Reading
from comments.screening.reasons import STAFF_EXEMPT, Phase
from comments.screening.words.wordlist import WordList
from comments.states import Mode


class SanctionKind(StrEnum):
    """The kinds of sanction that accounts know."""

    WARNING = "warning"
    PREMODERATION = "premoderation"
    MUTE = "mute"
    SUSPENSION = "suspension"
    BAN = "ban"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to post, or a new text of an existing comment (`edits`).

    `readings` are the text as people read it, where markup makes that another text than was typed;
    every phase about the text judges them as well. `links` are the addresses that its links open.
    `is_read` is false for a text that is refused without being read: the phases about its content
    are left out then.
    """

    text: str
    at: datetime
    edits: bool = False
    readings: tuple[Reading, ...] = ()
    links: tuple[Link, ...] = ()
    is_read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`recent_posts`, `own_recent` and `site_recent` leave out the comment that is being edited.

    The first has at least as many posts as the largest of `Policy.rates` counts. `recent_refusals`
    are the times of texts that screening rejected, of posts and of edits. `published` and
    `rejected` count the person's comments on this site that are public and that editors turned
    down.
    """

    registered_at: datetime
    mode: Mode = Mode.OPEN
    closed: bool = False
    sanctions: frozenset[SanctionKind] = frozenset()
    roles: frozenset[str] = frozenset()
    recent_posts: tuple[datetime, ...] = ()
    recent_refusals: tuple[datetime, ...] = ()
    own_recent: tuple[Fingerprint, ...] = ()
    site_recent: tuple[Fingerprint, ...] = ()
    published: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    most: int
    within: timedelta


class Links(TextChoices):
    """Which links a site allows in comments."""

    NONE = "none", _("none")
    ALLOWED = "allowed", _("to the allowed domains")
    ANY = "any", _("any")


@dataclass(frozen=True, slots=True)
class NamedList:
    """A word list as evidence refers to it: what it is called, and which version it was."""

    name: str
    words: WordList

    @property
    def source(self) -> str:
        return f"{self.name}@{self.words.digest[:12]}"


EXEMPTIONS: Mapping[str, frozenset[Phase]] = {
    "editor": STAFF_EXEMPT,
    "administrator": STAFF_EXEMPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One publication's settings. Lengths are in characters as people see them.

    A setting that `CommentSettings` has under the same name is copied unchanged; see
    `comments/discussion/screening_policy.py` for those that are converted.
    """

    min_length: int = 1
    max_length: int = 3000
    banned: tuple[NamedList, ...] = ()
    suspect: tuple[NamedList, ...] = ()
    # The entries of all these lists: most texts have none of them, and are looked at once.
    every_entry: WordList | None = None
    hold_disguised_words: bool = True
    rates: tuple[Rate, ...] = (
        Rate(1, timedelta(seconds=10)),
        Rate(5, timedelta(minutes=5)),
        Rate(100, timedelta(days=1)),
    )
    links: Links = Links.ANY
    allowed_domains: frozenset[str] = frozenset()
    most_links: int = 3
    newcomers_link: bool = False
    # Up to so many published comments, and for so long after registering, one is a newcomer.
    newcomer_comments: int = 0
    newcomer_age: timedelta = timedelta(0)
    trust_sample: int = 5
    trusted_up_to: float = 0.5
    complaints_address: str = ""
    requires_external_review: bool = False
    exemptions: Mapping[str, frozenset[Phase]] = field(default_factory=lambda: EXEMPTIONS)

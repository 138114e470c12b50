"""Compare display names as people see them, and reject reserved ones."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.errors import StrOrPromise

MAX_NAME = 50
# NFKD may unfold one character into several, so a skeleton can be longer than its name.
MAX_SKELETON = 100
_TELLING = 4
_UNNAMED = "unnamed-"

# Letters that a reader cannot tell apart, folded to one of them. The Cyrillic, Greek and Latin
# pairs are those that Unicode's confusables data (UTS #39) lists for the letters in use here.
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнзԛԝґɡαορνικτυχ01lłıøđ",
    "aeopcyxijsdhkmtbh3qwгgaopviktuxoiiiiod",
)

# Who speaks for a publication. Whole words only, so that a surname like Редакторова stays free.
_RESERVED_WORDS = (
    *("редакция", "редакции", "редакцией", "редактор", "редакторы", "главред"),
    *("модератор", "модераторы", "модерация", "администратор", "администраторы", "администрация"),
    *("админ", "админы", "поддержка", "техподдержка", "официально", "официальный", "официальная"),
    *("система", "отклик", "editor", "editors", "editorial", "staff", "moderator", "moderators"),
    *("moderation", "administrator", "administrators", "administration", "admin", "admins"),
    *("support", "official", "system", "root", "otklik"),
)

_NAMELESS = _("Use at least one letter or digit.")
_TOO_LONG = _("This name is too long. Please choose a shorter one.")
_INVISIBLE = _("This name has invisible characters. Please type it again.")
_ADDRESS = _("A name is seen by everyone: please leave out e-mail and web addresses.")
_RESERVED = _("This name could be taken for the editors or the publication. Please choose another.")
_ADDRESS_LIKE = re.compile(r"@|://|\bwww\.", re.IGNORECASE)


def tidy(name: str) -> str:
    """Return the name as stored: NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def skeleton(name: str) -> str:
    """Reduce a name to its look-alike skeleton: no case, accents, spaces or signs."""
    # Case folding may produce characters that decompose again, hence the second pass.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(char for char in folded if char.isalnum())
    return letters.translate(_LOOK_ALIKES)


def unnamed_skeleton(user_id: int) -> str:
    """Return the skeleton of an account whose owner must still choose a name.

    Skeletons of names have no hyphen, so no name can equal it.
    """
    return f"{_UNNAMED}{user_id}"


def is_unnamed(name_skeleton: str) -> bool:
    return name_skeleton.startswith(_UNNAMED)


def spelling(name: str) -> str:
    """Reduce a name to its spelling: look-alikes differ; case, accents, spaces and a final full
    stop do not."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(letters.split()).removesuffix(".")


_RESERVED_SKELETONS = frozenset(skeleton(word) for word in _RESERVED_WORDS)


def fault(name: str) -> StrOrPromise | None:
    """Return what is wrong with a tidy name, regardless of other people's names."""
    # Control, format, private-use, surrogate and unassigned characters: they change the order or
    # the look of a name without being seen, such as U+202E.
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} for char in name):
        return _INVISIBLE
    if not skeleton(name):
        return _NAMELESS
    if len(name) > MAX_NAME or len(skeleton(name)) > MAX_SKELETON:
        return _TOO_LONG
    if _ADDRESS_LIKE.search(name):
        return _ADDRESS
    if _is_reserved(name):
        return _RESERVED
    return None


def imitates(name: str, *, publications: Iterable[str], staff: Iterable[str]) -> bool:
    """Return whether a name contains a publication's name or is one edit from a staff member's."""
    own = skeleton(name)
    return any(there in own for there in _telling(publications)) or any(
        _within_one_edit(own, there) for there in _telling(staff)
    )


def _telling(known: Iterable[str]) -> list[str]:
    """Skeletons long enough not to be met by chance inside, or a letter away from, another name."""
    return [folded for folded in map(skeleton, known) if len(folded) >= _TELLING]


def imitation_refused() -> StrOrPromise:
    return _RESERVED


def _is_reserved(name: str) -> bool:
    words = re.split(r"[\W_]+", name)
    return skeleton(name) in _RESERVED_SKELETONS or any(
        skeleton(word) in _RESERVED_SKELETONS for word in words
    )


def _within_one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = next((i for i, char in enumerate(short) if char != long[i]), len(short))
    rest = short[same:] if len(short) < len(long) else short[same + 1 :]
    return rest == long[same + 1 :]

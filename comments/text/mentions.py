"""Mentions in a text: `@Name` of a participant of the thread, `@«Any Name»` of any person.

In a thread the longest matching name wins, so names of several words need no quotes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet

from accounts.models import User
from comments.models import Thread
from comments.states import State

MOST = 10
_LONGEST = 60
_SUGGESTED = 8
_CALL = re.compile(r"(?<![\w@/.])@(?=[«\"“\w])")
_QUOTED = re.compile(r"«([^»\n]+)»|\"([^\"\n]+)\"|“([^”\n]+)”")
_WORD = re.compile(r"\w[\w-]*")


def mentions_in(text: str, thread: Thread) -> Mapping[str, int]:
    """Return each mention, as typed, with the person's id; at most ten people."""
    calls = [text[call.end() : call.end() + _LONGEST] for call in _CALL.finditer(text)]
    if not calls:
        return {}
    # Names of the thread are matched first and at their longest, because several people may share a
    # first name.
    in_thread = dict(_people(thread).values_list("display_name", "pk"))
    mentions: dict[str, int] = {}
    for mention, person_id in _recognised(calls, in_thread):
        mentions.setdefault(mention, person_id)
        # Each mention sends a notification; a text with hundreds of names would be a way to spam.
        if len(set(mentions.values())) == MOST:
            break
    return mentions


def suggestions(thread: Thread, prefix: str, *, besides: User) -> Sequence[User]:
    """People of the thread, one of whose names begins so."""
    begins = Q(display_name__istartswith=prefix) | Q(display_name__icontains=f" {prefix}")
    people = _people(thread).filter(begins).exclude(pk=besides.pk)
    return list(people.order_by("display_name")[:_SUGGESTED])


def _people(thread: Thread) -> QuerySet[User]:
    """Those whose words the public can read."""
    if not thread.is_opened:
        return User.objects.none()
    here = User.objects.filter(comments__thread=thread, comments__state=State.PUBLISHED)
    return here.filter(is_active=True).distinct()


def _recognised(calls: Sequence[str], in_thread: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    known = {name.casefold(): person_id for name, person_id in in_thread.items()}
    for call in calls:
        name_as_typed, name = _split_name(call, known)
        person_id = known.get(name.casefold()) or _by_full_name(name)
        if person_id is not None:
            yield f"@{name_as_typed}", person_id


def _split_name(call: str, known: Mapping[str, int]) -> tuple[str, str]:
    """How much of the text is the name, and the name."""
    quoted = _QUOTED.match(call)
    if quoted:
        return quoted[0], next(group for group in quoted.groups() if group)
    word = _WORD.match(call)
    name = _longest(call, known) or (word[0] if word else "")
    return name, name


def _longest(call: str, known: Mapping[str, int]) -> str:
    fitting = (
        call[: len(name)]
        for name in known
        if call[: len(name)].casefold() == name and not _word_continues(call, len(name))
    )
    return max(fitting, key=len, default="")


def _word_continues(call: str, at: int) -> bool:
    return call[at - 1 : at].isalnum() and call[at : at + 1].isalnum()


def _by_full_name(name: str) -> int | None:
    person = User.objects.named(name)
    return person.pk if person else None

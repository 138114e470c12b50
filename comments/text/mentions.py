"""Mentions in a text: `@Name` of a participant of the thread, `@«Any Name»` of any person.

Only a whole name is a mention. In a thread the longest matching name wins, so names of
several words need no quotes. Names are compared as the word lists compare words: ё is е, accents,
the kind of hyphens, and the kind and number of spaces do not matter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower, Replace

from accounts.models import User
from comments.models import Thread
from comments.screening.words.folding import fold
from comments.states import State
from comments.text.markup import Mention, parse

MOST = 10
_SUGGESTED = 8
# So many different beginnings of names are looked up; a text of nothing else must cost little.
_MOST_CALLS = 50
_QUOTED = re.compile(r"«([^»\n]+)»|\"([^\"\n]+)\"|“([^”\n]+)”|„([^“”\n]+)[“”]")
# A hyphen, an underscore, a full stop or an apostrophe goes on a name if a letter follows.
_RUN = re.compile(r"[^\W_]+(?:[-\u2010-\u2013_.'’]+[^\W_]+)*")
_WORD = re.compile(r"[^\W_]+(?:[-\u2010-\u2013_]+[^\W_]+)*")
_GOES_ON = re.compile(r"(?:[-\u2010-\u2013_.'’]+[^\W_]+)+")
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
_CONTINUES = re.compile(r"[-\u2010-\u2013_]+[^\W_]")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible reading of a call: so much of it is a name. `person_id` is known in the thread."""

    length: int
    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Participant:
    person_id: int
    ends_with_stop: bool


def mentions_in(text: str, thread: Thread) -> Mapping[str, Mention]:
    """Return each call of the text that names a person; at most ten people."""
    calls = list(dict.fromkeys(parse(text).calls))[:_MOST_CALLS]
    if not calls:
        return {}
    # Names of the thread are matched first and at their longest, because several people may share a
    # first name.
    in_thread = _Names(_people(thread).values_list("display_name", "pk"))
    candidates = {call: list(in_thread.candidates(call)) for call in calls}
    unknown = {one.name for each in candidates.values() for one in each if one.person_id is None}
    registered = User.objects.all_named(unknown)
    mentions: dict[str, Mention] = {}
    people: set[int] = set()
    for call in calls:
        mention = _first_known(candidates[call], registered)
        # Each mention sends a notification; a text with hundreds of names would be a way to spam.
        if mention and (mention.person_id in people or len(people) < MOST):
            people.add(mention.person_id)
            mentions[call] = mention
    return mentions


def people_mentioned(text: str, thread: Thread) -> set[int]:
    return {mention.person_id for mention in mentions_in(text, thread).values()}


def suggestions(thread: Thread, prefix: str, *, besides: User) -> Sequence[User]:
    """People of the thread, one of whose names begins so."""
    folded = Replace(Lower("display_name"), Value("ё"), Value("е"))
    prefix = " ".join(fold(prefix).text.split())
    begins = Q(folded_name__startswith=prefix) | Q(folded_name__contains=f" {prefix}")
    people = _people(thread).annotate(folded_name=folded).filter(begins).exclude(pk=besides.pk)
    return list(people.order_by("display_name")[:_SUGGESTED])


def _people(thread: Thread) -> QuerySet[User]:
    """Those whose words the public can read."""
    if not thread.is_opened:
        return User.objects.none()
    here = User.objects.filter(comments__thread=thread, comments__state=State.PUBLISHED)
    return here.filter(is_active=True).distinct()


def _first_known(
    candidates: Iterable[_Candidate], registered: Mapping[str, User]
) -> Mention | None:
    for candidate in candidates:
        if candidate.person_id is not None:
            return Mention(candidate.length, candidate.person_id)
        if person := registered.get(candidate.name):
            return Mention(candidate.length, person.pk)
    return None


class _Names:
    """The names of the participants of a thread, by their folded spelling."""

    def __init__(self, people: Iterable[tuple[str, int]]) -> None:
        self._by_name = {
            _folded(name): _Participant(person_id, name.endswith(".")) for name, person_id in people
        }

    def candidates(self, call: str) -> Iterator[_Candidate]:
        """Yield what the call may name, the best first."""
        if quoted := _QUOTED.match(call):
            name = next(group for group in quoted.groups() if group).translate(_HYPHENS)
            known = self._by_name.get(_folded(name))
            yield _Candidate(quoted.end(), name, known.person_id if known else None)
            return
        match = self._longest(call)
        run = _RUN.match(call)
        if match is None:
            # A person who has not written here: a name of one word, perhaps with signs in it.
            for word in (run, _WORD.match(call)):
                if word:
                    yield _Candidate(word.end(), word.group().translate(_HYPHENS))
            return
        # «@Anna-Maria» and «@anna.k» begin with the name of a participant but are longer.
        if longer := _GOES_ON.match(call, match.length):
            yield _Candidate(longer.end(), call[: longer.end()].translate(_HYPHENS))
        if not _CONTINUES.match(call, match.length):
            yield match

    def _longest(self, call: str) -> _Candidate | None:
        line = call.partition("\n")[0]
        folded = fold(line)
        best = None
        for end in range(1, len(folded.text) + 1):
            last = folded.text[end - 1]
            if last.isspace() or _is_within_word(folded.text, end):
                continue
            known = self._by_name.get(_without_stop(folded.text[:end]))
            if known and (last != "." or known.ends_with_stop):
                length = folded.original(0, end)[1]
                best = _Candidate(length, line[:length], known.person_id)
        return best


def _is_within_word(text: str, at: int) -> bool:
    return text[at - 1].isalnum() and text[at : at + 1].isalnum()


def _folded(name: str) -> str:
    return _without_stop(fold(name).text)


def _without_stop(folded: str) -> str:
    return " ".join(folded.translate(_HYPHENS).split()).removesuffix(".")

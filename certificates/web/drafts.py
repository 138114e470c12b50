"""Answers of people who are not signed in, stored in their session until they sign in.

They are those of a visitor who fills in a form first, and those typed on after a session expired.
"""

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language

from accounts.models import User
from certificates.applications import actions
from certificates.applications.actions import Saved
from certificates.applications.merge_tabs import EditorTab, merge
from certificates.fields import Field
from certificates.form import reading
from certificates.form.reading import Answers, DismissedSlips
from certificates.models import Application, FormVersion, Programme
from certificates.web.questions import Choice, codes, taken
from core.web.http import HttpRequest

# Long enough for a form left open overnight, and for an e-mail with a code to arrive.
_STORED_FOR = 24 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class StoredAnswers:
    """`versions` is what an interrupted page knew of the stored answers; `tab_writes` says which of
    a visitor's tabs wrote what waits."""

    answers: Answers
    dismissed_slips: DismissedSlips = ()
    is_of_visitor: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    tab_writes: Mapping[str, Sequence[str | int]] = field(default_factory=dict)


def of_visitor(request: HttpRequest, programme: Programme, form: FormVersion) -> Application:
    """Return an unsaved application with the visitor's answers from the session."""
    waits = _waiting(request, _place(programme)) or StoredAnswers({})
    return Application(
        programme=programme,
        form=form,
        language=get_language() or "ru",
        answers=reading.read(form.fields, waits.answers).answers,
        dismissed_slips=list(waits.dismissed_slips),
        tab_writes=dict(waits.tab_writes),
    )


def write_as_visitor(
    request: HttpRequest, programme: Programme, form: FormVersion, typed: Answers, tab: EditorTab
) -> Saved:
    fields = form.fields
    known = reading.typed_keys(fields)
    storable = {key: reading.storable(typed[key]) for key in typed if key in known}
    with request.session.alone():
        own = of_visitor(request, programme, form)
        # No stored answer means that the session was lost, not that another tab wrote one.
        stands = _version_tokens(fields, own.answers).items() - _version_tokens(fields, {}).items()
        versions = {key: tab.versions[key] for key, _token in stands if key in tab.versions}
        merged = merge(own, fields, storable, replace(tab, versions=versions))
        own.answers = merged.answers
        own.tab_writes = {**own.tab_writes, **merged.writes}
        _keep_of_visitor(request, own)
        saved = Saved(own, merged.clashes, merged.superseded)
        note_clashes(request, saved, typed)
    return saved


def choose_as_visitor(
    request: HttpRequest, programme: Programme, form: FormVersion, choice: Choice
) -> Application:
    """Apply the button that the visitor pressed at a question."""
    with request.session.alone():
        own = of_visitor(request, programme, form)
        fields = form.fields
        match choice:
            case Choice("correct", question, slip):
                own.answers = reading.read(
                    fields, reading.corrected(fields, own.answers, question, slip)
                ).answers
            case Choice("dismiss", question, slips):
                for slip in codes(slips):
                    dismissed = reading.with_dismissed(
                        fields, own.answers, own.dismissed_slips, question, slip
                    )
                    own.dismissed_slips = list(dismissed or own.dismissed_slips)
            case Choice("take", question, value):
                own.answers = reading.read(
                    fields, {**own.answers, **taken(own, question, value)}
                ).answers
                note_clashes(request, Saved(own, {}, ()), [question])
        _keep_of_visitor(request, own)
    return own


def _keep_of_visitor(request: HttpRequest, own: Application) -> None:
    waits = StoredAnswers(
        own.answers, own.dismissed_slips, is_of_visitor=True, tab_writes=own.tab_writes
    )
    _keep(request, _place(own.programme), waits)


def keep_interrupted(
    request: HttpRequest,
    target: Programme | Application,
    owner: str,
    typed: Answers,
    tab: EditorTab,
) -> None:
    """Store what a form sends after its session has expired, until its `owner` signs in again."""
    place = _place(target, owner)
    answers = {key: reading.storable(value) for key, value in typed.items()}
    with request.session.alone():
        before = _waiting(request, place) or StoredAnswers({})
        added = StoredAnswers(
            {**before.answers, **answers}, versions={**tab.versions, **before.versions}
        )
        _keep(request, place, added)


def carry_over(
    request: HttpRequest,
    person: User,
    targets: Iterable[Programme | Application],
    own: Callable[[], Application],
    *,
    is_new: bool = False,
) -> None:
    """Write the person's answers from the session into their application, which `own` returns.

    An answer that differs from a stored one is not written: the form then offers both.
    """
    places = [_place(target, owner) for target in targets for owner in ("", str(person.pk))]
    for place in places:
        waits = _waiting(request, place)
        if waits is not None:
            _write(request, own(), waits, is_new=is_new)
            # After the write: if that fails, the answers are still there for the next attempt.
            del request.session[place]


def _write(request: HttpRequest, own: Application, waits: StoredAnswers, *, is_new: bool) -> None:
    # A visitor's empty answers are left out: they have not seen what these would delete.
    typed = {k: v for k, v in waits.answers.items() if v or not waits.is_of_visitor}
    blank = _version_tokens(own.form.fields, {})
    versions = blank if waits.is_of_visitor and not is_new else waits.versions
    saved = actions.save_answers(application=own, typed=typed, tab=EditorTab(versions=versions))
    for question, slip, value in waits.dismissed_slips:
        if saved.application.answers.get(question) == value:
            # The checks may have changed since the visitor dismissed it.
            with suppress(actions.NoSuchSlip):
                actions.dismiss_slip(application=own, question=question, slip=slip)
    undecided: Answers = {}
    if waits.is_of_visitor:
        undecided = request.session.pop(_clashes_of(Application(programme=own.programme)), {})
    note_clashes(request, replace(saved, clashes={**undecided, **saved.clashes}), typed)


def _place(target: Programme | Application, owner: str = "") -> str:
    """Session key, unique per user, so that people who share a browser never see each other's
    answers."""
    return f"certificates:typed:{target._meta.model_name}:{target.pk}:{owner}"


def _waiting(request: HttpRequest, place: str) -> StoredAnswers | None:
    stored: dict[str, Any] | None = request.session.get(place)
    if stored is None or stored["at"] + _STORED_FOR < time.time():
        return None
    return StoredAnswers(**{name: stored[name] for name in stored if name != "at"})


def _keep(request: HttpRequest, place: str, waits: StoredAnswers) -> None:
    request.session[place] = {**dataclasses.asdict(waits), "at": time.time()}


def _version_tokens(fields: Sequence[Field], answers: Answers) -> dict[str, str]:
    return {one.key: reading.version_token(one, answers) for one in fields}


def clashes(request: HttpRequest, application: Application) -> Answers:
    """Return the answers that clash with a stored one and still have to be chosen from, by key."""
    clashing: Answers = request.session.get(_clashes_of(application), {})
    return {
        key: value for key, value in clashing.items() if value != application.answers.get(key, "")
    }


def note_clashes(request: HttpRequest, saved: Saved, typed: Iterable[str]) -> None:
    before: Answers = request.session.get(_clashes_of(saved.application), {})
    settled = {key: before[key] for key in before if key not in set(typed)}
    now = settled | dict(saved.clashes)
    if now != before:
        request.session[_clashes_of(saved.application)] = now


def _clashes_of(application: Application) -> str:
    of = application.pk or f"visitor:{application.programme_id}"
    return f"certificates:clashes:{of}"

"""Compare a confirmed application with the certificate that it corrects, or with itself before it
was returned. The registrar's queue and page and the holder's e-mail show the result."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from certificates.fields import Field
from certificates.form.reading import Answers, in_words
from certificates.language.changes import Change
from certificates.models import Application, Certificate, Confirmation


@dataclass(frozen=True, slots=True)
class Compared:
    """The confirmed answers, and those that they are compared with, if there are any.

    `certificate` is the one that the application corrects. Without it, the comparison is with the
    confirmation before the last one.
    """

    now: Answers
    before: Answers | None = None
    certificate: Certificate | None = None


def compared(application: Application) -> Compared:
    """Return what a registrar compares an application with. After an erasure, nothing is left."""
    confirmed = _newest_confirmations(application)
    now = confirmed[0].answers if confirmed else application.answers
    certificate = application.corrects
    if certificate is not None:
        return Compared(now, certificate.application.answers or None, certificate)
    return Compared(now, (confirmed[1].answers or None) if len(confirmed) > 1 else None)


def _newest_confirmations(application: Application) -> list[Confirmation]:
    # Sorted in Python, because lists prefetch them. There is one for each time it was returned.
    return sorted(application.confirmations.all(), key=lambda one: one.pk, reverse=True)


def changes_since_return(application: Application) -> list[Change] | None:
    """Return the answers of a correction that were changed after the registrar returned it.

    None for an application that is compared with itself anyway, and where there is no return.
    """
    match _newest_confirmations(application):
        case [now, before, *_] if application.corrects_id is not None and before.answers:
            return changes_between(application.form.fields, before.answers, now.answers)
    return None


def changes_of(application: Application) -> list[Change]:
    """Return the answers that the application changes, in the active language."""
    shown = compared(application)
    if shown.before is None:
        return []
    return changes_between(application.form.fields, shown.before, shown.now)


def changes_between(fields: Sequence[Field], before: Answers, now: Answers) -> list[Change]:
    return [
        change_of(field, before, now)
        for field in fields
        if before.get(field.key, "") != now.get(field.key, "")
    ]


def change_of(field: Field, before: Answers, now: Answers) -> Change:
    return Change(
        label=field.label_in(get_language()),
        before=in_words(field, before),
        after=in_words(field, now),
    )

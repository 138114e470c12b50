"""Compare the last two confirmations of an application, answer by answer, for the registrar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from certificates.fields import Field, FieldKind
from certificates.form import reading
from certificates.form.kinds import is_file
from certificates.form.reading import Answers
from certificates.models import AnswerFile, Application
from certificates.slips.slip import Slip
from certificates.states import Risk


@dataclass(frozen=True, slots=True)
class Compared:
    key: str
    label: str
    now: str
    before: str | None
    slips: tuple[Slip, ...]
    file: AnswerFile | None = None
    file_before: AnswerFile | None = None

    @property
    def differs(self) -> bool:
        return self.before is not None and self.before != self.now


@dataclass(frozen=True, slots=True)
class Row:
    application: Application
    holder: str
    title: str
    risks: Sequence[str | Promise]


def row(application: Application) -> Row:
    fields = application.form.fields
    return Row(
        application=application,
        holder=reading.holder_name(fields, application.answers),
        title=reading.first_of(fields, application.answers, FieldKind.TITLE),
        risks=[Risk(risk).label for risk in dict.fromkeys(application.risk_reasons)],
    )


def of_application(application: Application) -> list[Compared]:
    """Return every answer with its earlier version, or None if it was confirmed only once."""
    fields = application.form.fields
    confirmed: list[dict[str, Any]] = list(
        application.confirmations.order_by("-id").values_list("answers", flat=True)[:2]
    )
    now = confirmed[0] if confirmed else application.answers
    before = confirmed[1] if len(confirmed) > 1 else None
    slips = reading.read(fields, now).slips
    return [
        Compared(
            key=field.key,
            label=field.label_in(get_language()),
            now=_text(field, now),
            before=_text(field, before) if before is not None else None,
            slips=slips.get(field.key, ()),
            file=_file(application, field, now),
            file_before=_file(application, field, before or {}),
        )
        for field in fields
    ]


def _text(field: Field, answers: Answers) -> str:
    answer = answers.get(field.key, "")
    return reading.file_name(answer) if is_file(field) else _in_words(field, answer)


def _in_words(field: Field, answer: str) -> str:
    return field.choice_in(answer, get_language())


def _file(application: Application, field: Field, answers: Answers) -> AnswerFile | None:
    if not is_file(field):
        return None
    return application.files.answering(field.key, answers.get(field.key, ""))

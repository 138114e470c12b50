"""A confirmed application as the registrar's queue and page show it, with what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from certificates.applications.changes import (
    change_of,
    changes_of,
    changes_since_return,
    compared,
)
from certificates.fields import Field
from certificates.form import reading
from certificates.form.kinds import is_file
from certificates.form.reading import Answers
from certificates.language.changes import Change
from certificates.models import AnswerFile, Application, Certificate
from certificates.slips.slip import Slip
from certificates.states import Risk


@dataclass(frozen=True, slots=True)
class ComparedAnswer:
    change: Change
    differs: bool
    slips: tuple[Slip, ...]
    file: AnswerFile | None = None
    file_before: AnswerFile | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`certificate` is the one compared with; without it, that is an earlier confirmation.

    `since_return`: see `changes_since_return`.
    """

    answers: Sequence[ComparedAnswer]
    certificate: Certificate | None
    since_return: Sequence[Change] | None

    @property
    def has_changes(self) -> bool:
        return any(answer.differs for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Row:
    application: Application
    holder: str
    title: str
    risks: Sequence[str | Promise]
    changes: Sequence[Change]
    since_return: Sequence[Change] | None


def row(application: Application) -> Row:
    fields = application.form.fields
    return Row(
        application=application,
        holder=reading.holder_name(fields, application.answers),
        title=application.work,
        risks=[Risk(risk).label for risk in dict.fromkeys(application.risk_reasons)],
        changes=changes_of(application),
        since_return=changes_since_return(application),
    )


def of_application(application: Application) -> Comparison:
    shown = compared(application)
    before = shown.before or {}
    fields = application.form.fields
    slips = reading.read(fields, shown.now).slips
    source = shown.certificate.application if shown.certificate else application
    answers = [
        ComparedAnswer(
            change=change_of(field, before, shown.now),
            differs=shown.before is not None
            and before.get(field.key, "") != shown.now.get(field.key, ""),
            slips=slips.get(field.key, ()),
            file=_file(application, field, shown.now),
            file_before=_file(source, field, before),
        )
        for field in fields
    ]
    return Comparison(answers, shown.certificate, changes_since_return(application))


def _file(application: Application, field: Field, answers: Answers) -> AnswerFile | None:
    if not is_file(field):
        return None
    return application.files.answering(field.key, answers.get(field.key, ""))

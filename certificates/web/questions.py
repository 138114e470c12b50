"""One question of a form as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates import questions
from certificates.answers import REQUIRED, Refusal
from certificates.declension import dative_name
from certificates.fields import NAMES, Field, Kind
from certificates.guards.slips import Slip
from certificates.lexicon import Gender
from certificates.models import Application, FormVersion
from certificates.questions import Reading

_INPUT_TYPES = {Kind.EMAIL: "email", Kind.URL: "url", Kind.DATE: "date"}
_AUTOCOMPLETE = {
    Kind.SURNAME: "family-name",
    Kind.GIVEN_NAME: "given-name",
    Kind.PATRONYMIC: "additional-name",
    Kind.FULL_NAME: "name",
    Kind.EMAIL: "email",
    Kind.POSITION: "organization-title",
    Kind.INSTITUTION: "organization",
}
_READ_BACK = NAMES | {Kind.INSTITUTION, Kind.TITLE, Kind.CO_AUTHORS}
_LONG = frozenset({Kind.TITLE, Kind.TEXT, Kind.CO_AUTHORS})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one click would write; `when` tells two of them apart, and the person chooses."""

    value: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    field: Field
    label: str
    help: str
    value: str
    none_key: str
    says_none: bool
    refusals: tuple[Refusal, ...]
    slips: tuple[Slip, ...]
    note: str
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def input_type(self) -> str:
        return _INPUT_TYPES.get(self.field.kind, "text")

    @property
    def autocomplete(self) -> str:
        return _AUTOCOMPLETE.get(self.field.kind, "off")

    @property
    def list_id(self) -> str:
        """The datalist with approved spellings, filled as one types."""
        return f"spellings-{self.key}" if self.field.kind is Kind.INSTITUTION else ""

    @property
    def is_long(self) -> bool:
        return self.field.kind in _LONG

    @property
    def is_read_back(self) -> bool:
        return self.field.kind in _READ_BACK

    @property
    def is_choice(self) -> bool:
        return self.field.kind is Kind.CHOICE

    @property
    def is_consent(self) -> bool:
        return self.field.kind is Kind.CONSENT

    def differs_from(self, answers: questions.Answers) -> bool:
        says_none = answers.get(self.none_key) == questions.YES
        return (self.value, self.says_none) != (answers.get(self.key, ""), says_none)

    @property
    def names(self) -> str:
        """The inputs that belong to it, for `hx-params`."""
        return ",".join(filter(None, ["key", self.key, self.none_key]))


def blank(form: FormVersion, answers: questions.Answers) -> list[Question]:
    fields = questions.load(form.questions)
    return _questions(fields, Reading(answers, {}, {}))


def of_application(application: Application, *, strict: bool) -> list[Question]:
    """With what is to be corrected; an empty question is complained of only where `strict`."""
    fields = questions.load(application.form.questions)
    reading = questions.read(fields, application.answers, application.kept)
    notes = {application.note_question: application.note} if application.note_question else {}
    return _questions(fields, reading, strict=strict, notes=notes)


def _questions(
    fields: Sequence[Field],
    reading: Reading,
    *,
    strict: bool = False,
    notes: questions.Answers | None = None,
) -> list[Question]:
    english = get_language() == "en"
    return [
        Question(
            field=field,
            label=(english and field.label_en) or field.label_ru,
            help=(english and field.help_en) or field.help_ru,
            value=reading.answers.get(field.key, ""),
            none_key=questions.none_key(field) if field.kind is Kind.PATRONYMIC else "",
            says_none=reading.answers.get(questions.none_key(field)) == questions.YES,
            refusals=tuple(
                refusal
                for refusal in reading.refusals.get(field.key, ())
                if strict or refusal != REQUIRED
            ),
            slips=reading.slips.get(field.key, ()),
            note=(notes or {}).get(field.key, ""),
            suggestions=_suggested(fields, reading.answers)
            if field.kind is Kind.DATIVE_NAME
            else (),
        )
        for field in fields
    ]


def _suggested(fields: Sequence[Field], answers: questions.Answers) -> tuple[Suggestion, ...]:
    """The name declined; both ways where nothing tells whether it is a woman's or a man's."""
    surname = questions.first_of(fields, answers, Kind.SURNAME)
    given_name = questions.first_of(fields, answers, Kind.GIVEN_NAME)
    if not (surname and given_name):
        return ()
    patronymic = questions.first_of(fields, answers, Kind.PATRONYMIC)
    written = questions.first_of(fields, answers, Kind.DATIVE_NAME)
    declined = dative_name(surname, given_name, patronymic)
    if declined.text is not None:
        return () if written == declined.text else (Suggestion(declined.text),)
    both = tuple(
        Suggestion(dative_name(surname, given_name, patronymic, gender).text or "", when)
        for gender, when in ((Gender.FEMALE, _("for a woman")), (Gender.MALE, _("for a man")))
    )
    return () if written in {way.value for way in both} else both


def has_faults(asked: Sequence[Question]) -> bool:
    return any(question.refusals or question.slips for question in asked)


def typed(posted: QueryDict) -> dict[str, str]:
    return {key: value for key, value in posted.items() if isinstance(value, str)}

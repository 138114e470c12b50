"""One question of a form as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.applications.merge_tabs import Window
from certificates.fields import NAMES, Field, Kind
from certificates.form import reading
from certificates.form.answers import REQUIRED, Refusal
from certificates.form.reading import Answers, Reading
from certificates.language.declension import dative_name
from certificates.language.lexicon import Gender
from certificates.models import AnswerFile, Application, FormVersion
from certificates.slips.slip import Slip

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
_LONGEST_KEY = 100
_LONGEST_TURN = 15
_LONG = frozenset({Kind.TITLE, Kind.TEXT, Kind.CO_AUTHORS})


# What a form sends beside the answers: no question may have such a code.
RESERVED = frozenset(
    {"csrfmiddlewaretoken", "key", "owner", "application", "turn"}
    | {"correct", "keep", "take", "detach"}
)
_SEEN = "seen:"

Refused: TypeAlias = dict[str, tuple[Refusal, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A click on what is offered beside a question."""

    act: str
    question: str
    value: str


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
    mark: str
    suggestions: tuple[Suggestion, ...] = ()
    clash: str | None = None
    file_url: str = ""
    is_stored: bool = True

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

    @property
    def is_file(self) -> bool:
        return self.field.kind is Kind.FILE

    @property
    def file_name(self) -> str:
        return reading.file_name(self.value)

    @property
    def both_values(self) -> list[str]:
        return [self.value, self.clash or ""]

    def differs_from(self, answers: Answers) -> bool:
        says_none = answers.get(self.none_key) == reading.YES
        return (self.value, self.says_none) != (answers.get(self.key, ""), says_none)

    def is_elsewhere(self, focused: str | None) -> bool:
        """Not where the person types now."""
        return focused not in {f"answer-{self.key}", f"answer-{self.none_key}"}

    @property
    def names(self) -> str:
        """The inputs that belong to it, for `hx-params`."""
        if not self.is_stored:
            return "*"
        about = ["key", "owner", "application", self.key, self.none_key, self.seen_name]
        return ",".join(filter(None, about))

    @property
    def sync(self) -> str:
        """A visitor's page sends all that it shows, in turn: a session may be forgotten."""
        return "this:replace" if self.is_stored else "closest form:queue last"

    @property
    def seen_name(self) -> str:
        return _SEEN + self.key


_NOTHING: Answers = {}


def blank(form: FormVersion) -> list[Question]:
    return _questions(reading.load(form.questions), Reading({}, {}, {}))


def answered(application: Application, answers: Answers) -> list[Question]:
    """As they were confirmed, say: nothing is looked for in them."""
    fields = reading.load(application.form.questions)
    return _questions(fields, Reading(answers, {}, {}), files=_files(application, fields, answers))


def of_application(
    application: Application,
    *,
    strict: bool,
    clashes: Answers = _NOTHING,
    refused: Mapping[str, tuple[Refusal, ...]] | None = None,
) -> list[Question]:
    """With what is to be corrected; an empty question is complained of only where `strict`.

    `clashes` are answers from another window, `refused` what is wrong with files just sent.
    """
    fields = reading.load(application.form.questions)
    checked = reading.read(fields, application.answers, application.kept)
    if refused:
        checked = replace(checked, refusals={**checked.refusals, **refused})
    notes = {application.note_question: application.note} if application.note_question else {}
    files = _files(application, fields, application.answers)
    asked = _questions(fields, checked, strict=strict, notes=notes, clashes=clashes, files=files)
    if application.applicant_id is None:
        return [_of_visitor(question) for question in asked]
    return asked


def _of_visitor(question: Question) -> Question:
    """Nobody's files are taken in: they are asked for after signing in."""
    refusals = () if question.is_file else question.refusals
    return replace(question, is_stored=False, refusals=refusals)


def _files(
    application: Application, fields: Sequence[Field], answers: Answers
) -> Mapping[str, str]:
    """By question where its file can be fetched."""
    found = {
        field.key: application.files.answering(field.key, answers.get(field.key, ""))
        for field in fields
        if field.kind is Kind.FILE and application.pk
    }
    return {key: file_address(file) for key, file in found.items() if file is not None}


def file_address(file: AnswerFile) -> str:
    return reverse("certificates:file", args=[file.application_id, file.pk])


def _questions(
    fields: Sequence[Field],
    checked: Reading,
    *,
    strict: bool = False,
    notes: Answers = _NOTHING,
    clashes: Answers = _NOTHING,
    files: Mapping[str, str] = _NOTHING,
) -> list[Question]:
    english = get_language() == "en"
    return [
        Question(
            field=field,
            label=field.label_in(get_language()),
            help=(english and field.help_en) or field.help_ru,
            value=checked.answers.get(field.key, ""),
            none_key=reading.none_key(field) if field.kind is Kind.PATRONYMIC else "",
            says_none=checked.answers.get(reading.none_key(field)) == reading.YES,
            refusals=tuple(
                refusal
                for refusal in checked.refusals.get(field.key, ())
                if strict or refusal != REQUIRED
            ),
            slips=checked.slips.get(field.key, ()),
            note=notes.get(field.key, ""),
            mark=reading.mark(field, checked.answers),
            clash=clashes.get(field.key),
            file_url=files.get(field.key, ""),
            suggestions=_suggested(fields, checked.answers)
            if field.kind is Kind.DATIVE_NAME
            else (),
        )
        for field in fields
    ]


def _suggested(fields: Sequence[Field], answers: Answers) -> tuple[Suggestion, ...]:
    """The name declined; both ways where nothing tells whether it is a woman's or a man's."""
    surname = reading.first_of(fields, answers, Kind.SURNAME)
    given_name = reading.first_of(fields, answers, Kind.GIVEN_NAME)
    if not (surname and given_name):
        return ()
    patronymic = reading.first_of(fields, answers, Kind.PATRONYMIC)
    written = reading.first_of(fields, answers, Kind.DATIVE_NAME)
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
    return {
        key: value
        for key, value in posted.items()
        if isinstance(value, str) and key not in RESERVED and not key.startswith(_SEEN)
    }


def window(posted: QueryDict) -> Window:
    turn = posted.get("turn", "")
    return Window(
        key=posted.get("key", "")[:_LONGEST_KEY],
        turn=int(turn) if turn.isdecimal() and len(turn) <= _LONGEST_TURN else 0,
        seen={key.removeprefix(_SEEN): str(posted[key]) for key in posted if key.startswith(_SEEN)},
    )


def choice(posted: QueryDict) -> Choice | None:
    for act in ("correct", "keep", "take", "detach"):
        if act in posted:
            question, _, value = str(posted[act]).partition(":")
            return Choice(act, question, value)
    return None


def taken(application: Application, question: str, value: str) -> Answers:
    """All that one offered value answers: a patronymic is no longer «none»."""
    fields = reading.load(application.form.questions)
    keys = reading.keys(field for field in fields if field.key == question)
    return dict.fromkeys(keys, "") | {question: value}

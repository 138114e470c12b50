"""The questions of a form as a page shows them, and what the form posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.applications.merge_tabs import EditorTab
from certificates.fields import Field, FieldKind
from certificates.form import reading
from certificates.form.errors import REQUIRED, FieldError
from certificates.form.kinds import YES, Control, KindSpec, is_file, spec_of
from certificates.form.reading import Answers, Reading
from certificates.form.shapes import is_date
from certificates.language.declension import dative_name
from certificates.language.lexicon import Gender
from certificates.models import AnswerFile, Application, FormVersion
from certificates.slips.slip import Slip
from core.inputs import read_id
from core.languages import language_of

_LONGEST_KEY = 100
_LONGEST_TIME = 15  # digits: milliseconds since 1970 have 13


_ACTS = ("correct", "dismiss", "take", "detach")
# Names of form parameters that are not answers: no field may have one of them as its key.
RESERVED = frozenset({"csrfmiddlewaretoken", "key", "owner", "application", "sent_at"} | set(_ACTS))
_VERSION = "version:"
_BETWEEN_CODES = ","

FileErrors: TypeAlias = dict[str, tuple[FieldError, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button at a question: correct or dismiss a slip, take a value, detach a file."""

    act: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that one click writes; `when` is the gender, if there are two to choose from."""

    value: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Slips of one answer that have one and the same correction, and so one pair of buttons."""

    slips: tuple[Slip, ...]

    @property
    def correction(self) -> str | None:
        return self.slips[0].correction

    @property
    def moves(self) -> tuple[tuple[FieldKind, str], ...]:
        return self.slips[0].moves

    @property
    def can_be_corrected(self) -> bool:
        return self.correction is not None or bool(self.moves)

    @property
    def outcome(self) -> str:
        """Return the corrected answer in words, to name the button."""
        return self.correction or ", ".join(value for _kind, value in self.moves)

    @property
    def code(self) -> str:
        return self.slips[0].code

    @property
    def codes(self) -> str:
        return _BETWEEN_CODES.join(slip.code for slip in self.slips)


def _proposals(slips: Sequence[Slip]) -> list[Proposal]:
    """Group the slips by their correction; a slip without any has nothing to share."""
    groups: dict[object, tuple[Slip, ...]] = {}
    for slip in slips:
        key = slip.code if slip.correction is None else (slip.correction,)
        groups[key] = (*groups.get(key, ()), slip)
    return [Proposal(group) for group in groups.values()]


@dataclass(frozen=True, slots=True)
class Question:
    field: Field
    label: str
    help: str
    value: str
    none_key: str
    says_none: bool
    errors: tuple[FieldError, ...]
    slips: tuple[Slip, ...]
    note: str
    version_token: str
    suggestions: tuple[Suggestion, ...] = ()
    clash: str | None = None
    file_url: str = ""
    is_stored: bool = True
    before: str | None = None

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def proposals(self) -> list[Proposal]:
        return _proposals(self.slips)

    @property
    def label_language(self) -> str:
        page = get_language() or "ru"
        return page if self.field.is_labelled_in(page) else "ru"

    @property
    def answer_language(self) -> str:
        return language_of(self.shown_value)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return each choice with its name in the language of the page."""
        return [(one, self.field.choice_in(one, get_language())) for one in self.field.choices]

    @property
    def shown_value(self) -> str:
        """Return the answer in words for the reader: a choice or a date in the language of the
        page."""
        if self.field.kind is FieldKind.DATE and is_date(self.value):
            return date_format(date.fromisoformat(self.value))
        return self.field.choice_in(self.value, get_language())

    @property
    def spec(self) -> KindSpec:
        return spec_of(self.field)

    @property
    def list_id(self) -> str:
        """Id of the datalist with approved spellings, filled while the person types."""
        return f"spellings-{self.key}" if self.spec.suggests_spellings else ""

    @property
    def is_consent(self) -> bool:
        return self.spec.control is Control.CHECKBOX

    @property
    def is_file(self) -> bool:
        return self.spec.control is Control.FILE

    @property
    def file_name(self) -> str:
        return reading.file_name(self.value)

    @property
    def in_words(self) -> str:
        return self.file_name if self.is_file else self.shown_value

    @property
    def both_values(self) -> list[str]:
        return [self.value, self.clash or ""]

    def differs_from(self, answers: Answers) -> bool:
        says_none = answers.get(self.none_key) == YES
        return (self.value, self.says_none) != (answers.get(self.key, ""), says_none)

    def is_elsewhere(self, focused: str | None) -> bool:
        """Return True if the focus is in another field."""
        return focused not in {f"answer-{self.key}", f"answer-{self.none_key}"}

    @property
    def names(self) -> str:
        """Return the inputs to send with this question, for `hx-params`."""
        if not self.is_stored:
            return "*"
        about = ["key", "owner", "application", self.key, self.none_key, self.version_name]
        return ",".join(filter(None, about))

    @property
    def sync(self) -> str:
        """Return `hx-sync`. A visitor's requests are queued, as each sends the whole form: the
        session may have expired, and then nothing else has the earlier answers."""
        return "this:replace" if self.is_stored else "closest form:queue last"

    @property
    def version_name(self) -> str:
        return _VERSION + self.key


_NOTHING: Answers = {}


def blank(form: FormVersion) -> list[Question]:
    return _questions(form.fields, Reading({}, {}, {}))


def answered(application: Application, answers: Answers) -> list[Question]:
    """Return the questions with these answers, without checking them."""
    fields = application.form.fields
    return _questions(fields, Reading(answers, {}, {}), files=_files(application, fields, answers))


def of_application(
    application: Application,
    *,
    strict: bool,
    clashes: Answers = _NOTHING,
    file_errors: FileErrors | None = None,
) -> list[Question]:
    """Return the questions with their errors and slips; `strict` adds the missing answers.

    `clashes` are answers from another tab, `file_errors` the errors of files in this request.
    """
    fields = application.form.fields
    checked = reading.read(fields, application.answers, application.dismissed_slips)
    if file_errors:
        checked = replace(checked, errors={**checked.errors, **file_errors})
    notes = {application.note_question: application.note} if application.note_question else {}
    files = _files(application, fields, application.answers)
    shown = _questions(fields, checked, strict=strict, notes=notes, clashes=clashes, files=files)
    if application.applicant_id is None:
        return [_of_visitor(question) for question in shown]
    return shown


def _of_visitor(question: Question) -> Question:
    """Adapt a question for a visitor, who can attach files only after signing in."""
    errors = () if question.is_file else question.errors
    return replace(question, is_stored=False, errors=errors)


def _files(
    application: Application, fields: Sequence[Field], answers: Answers
) -> Mapping[str, str]:
    """Return the URL of each attached file, by the key of its field."""
    files = {
        field.key: application.files.answering(field.key, answers.get(field.key, ""))
        for field in fields
        if is_file(field) and application.pk
    }
    return {key: file_url(file) for key, file in files.items() if file is not None}


def file_url(file: AnswerFile) -> str:
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
    language = get_language()
    return [
        Question(
            field=field,
            label=field.label_in(language),
            help=field.help_in(language),
            value=checked.answers.get(field.key, ""),
            none_key=reading.none_key(field) if field.kind is FieldKind.PATRONYMIC else "",
            says_none=checked.answers.get(reading.none_key(field)) == YES,
            errors=tuple(
                error
                for error in checked.errors.get(field.key, ())
                if strict or error.code != REQUIRED
            ),
            slips=checked.slips.get(field.key, ()),
            note=notes.get(field.key, ""),
            version_token=reading.version_token(field, checked.answers),
            clash=clashes.get(field.key),
            file_url=files.get(field.key, ""),
            suggestions=_suggested(fields, checked.answers)
            if field.kind is FieldKind.DATIVE_NAME
            else (),
        )
        for field in fields
    ]


def _suggested(fields: Sequence[Field], answers: Answers) -> tuple[Suggestion, ...]:
    """Return the name in the dative, in both genders if no patronymic tells which is right."""
    surname = reading.first_of(fields, answers, FieldKind.SURNAME)
    given_name = reading.first_of(fields, answers, FieldKind.GIVEN_NAME)
    if not (surname and given_name):
        return ()
    patronymic = reading.first_of(fields, answers, FieldKind.PATRONYMIC)
    answer = reading.first_of(fields, answers, FieldKind.DATIVE_NAME)
    declined = dative_name(surname, given_name, patronymic)
    if declined.text is not None:
        return () if answer == declined.text else (Suggestion(declined.text),)
    both = tuple(
        Suggestion(dative_name(surname, given_name, patronymic, gender).text or "", when)
        for gender, when in ((Gender.FEMALE, _("for a woman")), (Gender.MALE, _("for a man")))
    )
    return () if answer in {way.value for way in both} else both


def compared(shown: Sequence[Question], replaced: Answers) -> list[Question]:
    """Add the former answer to each question that a correction answers differently."""
    return [
        replace(question, before=replace(question, value=former).in_words)
        if (former := replaced.get(question.key, "")) != question.value
        else question
        for question in shown
    ]


def has_faults(shown: Sequence[Question]) -> bool:
    return any(question.errors or question.slips for question in shown)


def typed(posted: QueryDict) -> dict[str, str]:
    return {
        key: value
        for key, value in posted.items()
        if isinstance(value, str) and key not in RESERVED and not key.startswith(_VERSION)
    }


def tab(posted: QueryDict) -> EditorTab:
    sent_at = posted.get("sent_at", "")
    return EditorTab(
        # Cut, because the browser's values are stored in the application's JSON.
        key=posted.get("key", "")[:_LONGEST_KEY],
        sent_at=(read_id(sent_at) or 0) if len(sent_at) <= _LONGEST_TIME else 0,
        versions={
            key.removeprefix(_VERSION): str(posted[key])
            for key in posted
            if key.startswith(_VERSION)
        },
    )


def choices(posted: QueryDict) -> list[Choice]:
    """Return the buttons pressed. There may be several: a press that another request of the form
    overtook in the browser comes with the next one."""
    pressed = []
    for act in _ACTS:
        for posted_value in posted.getlist(act):
            question, _, value = str(posted_value).partition(":")
            pressed.append(Choice(act, question, value))
    return pressed


def codes(value: str) -> list[str]:
    """Return the codes of the slips that one button dismisses."""
    return value.split(_BETWEEN_CODES)


def taken(application: Application, question: str, value: str) -> Answers:
    """Return the answers that a taken value sets: it also unticks «no patronymic»."""
    fields = application.form.fields
    keys = reading.keys(field for field in fields if field.key == question)
    return dict.fromkeys(keys, "") | {question: value}

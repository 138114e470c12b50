"""The kinds of fields, one row each, with limits, checks, labels, samples and where they print.

A new kind is a member of `certificates.fields.FieldKind` and a row here: see this package's
README.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.fields import Field, FieldKind
from certificates.form import shapes
from certificates.form.errors import REQUIRED, FieldError
from certificates.form.shapes import Shape
from certificates.language import normalise as rules
from certificates.slips import ALPHABET, LETTERS, PHRASE, PLACE
from certificates.slips.agreement import gender_disagreement, not_dative, repeated_name
from certificates.slips.alphabets import mixed_script, not_latin, other_alphabet
from certificates.slips.emails import email_address, email_alphabet, email_domain, email_layout
from certificates.slips.layouts import wrong_layout
from certificates.slips.marks import (
    initials,
    merged_words,
    missing_hyphen,
    no_patronymic,
    space_within,
)
from certificates.slips.names import misplaced_part
from certificates.slips.phrases import (
    abbreviation_in_small,
    missing_quotes,
    nothing_to_say,
    occupation_without_hyphen,
    title_without_capital,
)
from certificates.slips.slip import SlipCheck
from core.languages import inside_quotes

YES = "yes"


class Control(StrEnum):
    """The HTML control of a field: see certificates/templates/certificates/control.html."""

    INPUT = "input"
    TEXTAREA = "textarea"
    SELECT = "select"
    CHECKBOX = "checkbox"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Sample:
    """Sample answers. Each of the other three falls back to `typical`."""

    typical: str = ""
    english: str | None = None
    shortest: str | None = None
    longest: str | None = None


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One row of the table: everything that differs between kinds."""

    # For a registrar who builds a form.
    label: str | Promise
    # Says what to enter where an answer is missing. Without it the question is named.
    required: str | Promise = ""

    # How an answer is read and what makes it an error; `max_length` counts grapheme clusters.
    max_length: int = 500
    normalise: Callable[[str], str] = rules.as_typed
    has_lines: bool = False
    allows_emoji: bool = False
    allows_long_words: bool = False
    shape: Shape | None = None

    # By importance: a page with room for one slip shows the first.
    slips: tuple[SlipCheck, ...] = ()

    # The page of the form: `input_type` and `autocomplete` are attributes of HTML.
    control: Control = Control.INPUT
    input_type: str = "text"
    autocomplete: str = "off"
    suggests_spellings: bool = False

    # Shown large before the confirmation, to be read letter by letter.
    is_read_back: bool = False
    # Part of a person's name, or all of it: it is checked and corrected as a name.
    is_name: bool = False
    # Written in Latin letters, so that they are no slip here, and Cyrillic ones are.
    is_latin: bool = False

    # Has a line on the document. A name has none: it is printed as the holder's.
    is_line: bool = True
    # The kind that document templates print it as. Published templates never change, so they know
    # no kind that is newer than they are.
    printed_as: FieldKind | None = None

    # Two applications with equal answers of these kinds are of one person for one work.
    identifies: bool = False
    # A correction of one or two letters here may pass without a registrar.
    can_be_corrected_slightly: bool = False
    # Co-authors share the answer, and so the slips that the applicant dismissed in it.
    is_shared_by_co_authors: bool = False
    # A person who uploads a table cannot answer this for the people in it.
    is_optional_in_tables: bool = False

    sample: Sample = Sample()


KINDS: Mapping[FieldKind, KindSpec] = {
    FieldKind.SURNAME: KindSpec(
        label=_("surname"),
        required=_("Enter the surname"),
        max_length=100,
        normalise=rules.name,
        slips=(
            *ALPHABET,
            space_within,
            misplaced_part,
            repeated_name,
            missing_hyphen,
            *LETTERS,
            other_alphabet,
            gender_disagreement,
        ),
        autocomplete="family-name",
        is_read_back=True,
        is_name=True,
        is_line=False,
        identifies=True,
        can_be_corrected_slightly=True,
        sample=Sample("Лебедева", "Lebedeva", "Ли", "Константинопольская-Преображенская"),
    ),
    FieldKind.GIVEN_NAME: KindSpec(
        label=_("given name"),
        required=_("Enter the given name"),
        max_length=100,
        normalise=rules.name,
        slips=(
            *ALPHABET,
            space_within,
            misplaced_part,
            initials,
            merged_words,
            *LETTERS,
            other_alphabet,
        ),
        autocomplete="given-name",
        is_read_back=True,
        is_name=True,
        is_line=False,
        identifies=True,
        can_be_corrected_slightly=True,
        sample=Sample("Анна", "Anna", "Ян", "Александра"),
    ),
    FieldKind.PATRONYMIC: KindSpec(
        label=_("patronymic"),
        required=_("Enter the patronymic or tick “no patronymic”"),
        max_length=100,
        normalise=rules.name,
        slips=(
            no_patronymic,
            *ALPHABET,
            space_within,
            misplaced_part,
            initials,
            *LETTERS,
            other_alphabet,
        ),
        autocomplete="additional-name",
        is_read_back=True,
        is_name=True,
        is_line=False,
        can_be_corrected_slightly=True,
        sample=Sample("Сергеевна", english="", longest="Владиславовна-Вячеславовна"),
    ),
    FieldKind.FULL_NAME: KindSpec(
        label=_("full name in one line"),
        required=_("Enter the full name"),
        max_length=200,
        normalise=rules.name,
        slips=(*ALPHABET, *LETTERS),
        autocomplete="name",
        is_read_back=True,
        is_name=True,
        is_line=False,
        identifies=True,
        can_be_corrected_slightly=True,
        sample=Sample(
            "Орлов Пётр Ильич",
            shortest="Ли Ян",
            longest="Константинопольская-Преображенская Александра Владиславовна-Вячеславовна",
        ),
    ),
    FieldKind.LATIN_NAME: KindSpec(
        label=_("name in Latin letters"),
        required=_("Enter the name in Latin letters"),
        max_length=200,
        normalise=rules.name,
        slips=(mixed_script, wrong_layout, not_latin, *LETTERS),
        is_read_back=True,
        is_name=True,
        is_latin=True,
        is_line=False,
        can_be_corrected_slightly=True,
        sample=Sample(
            "Anna Lebedeva",
            shortest="Jan Li",
            longest=(
                "Aleksandra Vladislavovna-Vyacheslavovna Konstantinopolskaya-Preobrazhenskaya"
            ),
        ),
    ),
    FieldKind.DATIVE_NAME: KindSpec(
        label=_("name in the dative"),
        required=_("Enter the name in the dative"),
        max_length=200,
        normalise=rules.name,
        slips=(*ALPHABET, *LETTERS, not_dative),
        is_read_back=True,
        is_name=True,
        is_line=False,
        can_be_corrected_slightly=True,
        sample=Sample(
            "Лебедевой Анне Сергеевне",
            shortest="Ли Яну",
            longest="Константинопольской-Преображенской Александре Владиславовне-Вячеславовне",
        ),
    ),
    FieldKind.POSITION: KindSpec(
        label=_("position"),
        required=_("Enter the position"),
        max_length=250,
        normalise=rules.occupation,
        slips=(*PHRASE, occupation_without_hyphen),
        autocomplete="organization-title",
        can_be_corrected_slightly=True,
        is_shared_by_co_authors=True,
        sample=Sample(
            "преподаватель",
            "lecturer",
            "врач",
            "заместитель директора по учебно-производственной работе, преподаватель высшей "
            "квалификационной категории",
        ),
    ),
    FieldKind.INSTITUTION: KindSpec(
        label=_("institution"),
        required=_("Enter the institution"),
        max_length=500,
        normalise=rules.phrase,
        slips=(*PHRASE, abbreviation_in_small, missing_quotes),
        autocomplete="organization",
        suggests_spellings=True,
        is_read_back=True,
        can_be_corrected_slightly=True,
        is_shared_by_co_authors=True,
        sample=Sample(
            "ГБПОУ «Чайковский техникум промышленных технологий и управления»",
            "Chaykovsky College of Industrial Technology and Management",
            "МГУ",
            # Charters have names of three hundred letters and more.
            "Государственное бюджетное профессиональное образовательное учреждение Пермского края "
            "«Чайковский техникум промышленных технологий и управления имени дважды Героя "
            "Социалистического Труда, заслуженного строителя Российской Федерации, первого "
            "директора Воткинской гидроэлектростанции Петра Фёдоровича Щербакова-Новосельского»",
        ),
    ),
    FieldKind.TOWN: KindSpec(
        label=_("town"),
        required=_("Enter the town"),
        max_length=150,
        normalise=rules.name,
        slips=PLACE,
        can_be_corrected_slightly=True,
        sample=Sample("Чайковский", "Chaykovsky"),
    ),
    FieldKind.REGION: KindSpec(
        label=_("region"),
        required=_("Enter the region"),
        max_length=250,
        normalise=rules.region,
        slips=PLACE,
        can_be_corrected_slightly=True,
        sample=Sample("Пермский край", "Perm Territory"),
    ),
    FieldKind.DEGREE: KindSpec(
        label=_("academic degree"),
        required=_("Enter the academic degree"),
        max_length=150,
        normalise=rules.occupation,
        slips=(nothing_to_say, *PHRASE, occupation_without_hyphen),
        can_be_corrected_slightly=True,
        sample=Sample("кандидат педагогических наук", "Candidate of Pedagogical Sciences"),
    ),
    FieldKind.TITLE: KindSpec(
        label=_("title of a work or an event"),
        required=_("Enter the title"),
        max_length=500,
        normalise=rules.phrase,
        slips=(*PHRASE, title_without_capital),
        control=Control.TEXTAREA,
        is_read_back=True,
        identifies=True,
        can_be_corrected_slightly=True,
        is_shared_by_co_authors=True,
        sample=Sample(
            "Практика на действующей подстанции",
            "Hands-on Training at a Working Substation",
            "О слове",
            "Итоговые защиты кластеров федерального проекта «Профессионалитет»: опыт "
            "топливно-энергетического кластера Пермского края в подготовке кадров для предприятий "
            "электросетевого комплекса и перспективы его распространения на другие отрасли "
            "промышленности региона",
        ),
    ),
    FieldKind.URL: KindSpec(
        label=_("link"),
        required=_("Enter the link"),
        max_length=2000,
        normalise=rules.url,
        allows_long_words=True,
        shape=shapes.URL,
        input_type="url",
        sample=Sample(
            "https://example.ru/materials/17/",
            shortest="https://vk.com/a",
            longest=(
                "https://vesti.example/materialy/2026/11/itogovye-zashchity-klasterov-federalnogo-"
                "proekta-professionalitet-opyt-toplivno-energeticheskogo-klastera-permskogo-kraya"
            ),
        ),
    ),
    FieldKind.EMAIL: KindSpec(
        label=_("e-mail address"),
        required=_("Enter the e-mail address"),
        # RFC 5321 allows a path of 256 characters, two of which are the angle brackets.
        max_length=254,
        normalise=rules.email,
        allows_long_words=True,
        shape=shapes.EMAIL,
        slips=(email_layout, email_alphabet, email_address, email_domain),
        input_type="email",
        autocomplete="email",
        is_line=False,
        can_be_corrected_slightly=True,
        is_shared_by_co_authors=True,
        is_optional_in_tables=True,
        sample=Sample("name@example.ru"),
    ),
    FieldKind.DATE: KindSpec(
        label=_("date"),
        required=_("Enter the date"),
        max_length=10,
        normalise=rules.date,
        shape=shapes.DATE,
        input_type="date",
        sample=Sample("2026-03-31"),
    ),
    FieldKind.NUMBER: KindSpec(
        label=_("numeric answer"),
        required=_("Enter the number"),
        max_length=20,
        normalise=rules.number,
        shape=shapes.NUMBER,
        sample=Sample("12"),
    ),
    # The answer is one of `Field.choices`, so its sample is taken from there.
    FieldKind.CHOICE: KindSpec(label=_("one of several answers"), control=Control.SELECT),
    FieldKind.TEXT: KindSpec(
        label=_("text"),
        max_length=5000,
        has_lines=True,
        allows_emoji=True,
        control=Control.TEXTAREA,
        can_be_corrected_slightly=True,
        sample=Sample(
            "диплом первой степени",
            "first-degree diploma",
            "да",
            "диплом первой степени в номинации «Лучший методический материал»",
        ),
    ),
    FieldKind.CONSENT: KindSpec(
        label=_("consent"),
        required=_("Tick this box"),
        control=Control.CHECKBOX,
        is_line=False,
        is_optional_in_tables=True,
        sample=Sample(YES),
    ),
    FieldKind.FILE: KindSpec(
        label=_("file: PDF, JPEG or PNG"),
        required=_("Attach the file"),
        control=Control.FILE,
        is_line=False,
        is_optional_in_tables=True,
    ),
    FieldKind.CO_AUTHORS: KindSpec(
        label=_("co-authors, one a line, each with a certificate"),
        required=_("Enter the co-authors"),
        control=Control.TEXTAREA,
        is_read_back=True,
        is_line=False,
        sample=Sample("Орлов Пётр Ильич"),
    ),
}


def spec_of(field: Field) -> KindSpec:
    return KINDS[field.kind]


def required_error(field: Field) -> FieldError:
    """Return the error of a missing answer; it says what to enter, in the active language."""
    sentence = _("Answer the question “{question}”")
    question = inside_quotes(field.label_in(get_language()))
    named = format_lazy(sentence, question=question)
    return FieldError(REQUIRED, spec_of(field).required or named)


def is_file(field: Field) -> bool:
    """A file is answered by attaching it, never by typing."""
    return spec_of(field).control is Control.FILE


def max_length_of(field: Field) -> int:
    return field.max_length or KINDS[field.kind].max_length


def normalise(kind: FieldKind, value: str) -> str:
    """Return the value as it will be stored and printed. Idempotent; accepts any text."""
    spec = KINDS[kind]
    clean = rules.several_lines if spec.has_lines else rules.one_line
    return spec.normalise(clean(value))

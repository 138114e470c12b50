"""Collect what a document states from an application, its programme and the publication."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from certificates.fields import Field, FieldKind
from certificates.form import reading, shapes
from certificates.form.kinds import spec_of
from certificates.language.gendered import PRONOUNS, in_gender, patronymic_in
from certificates.language.lexicon import Gender, gender_of_name, gender_of_patronymic
from certificates.models import Application, TemplateVersion
from certificates.numbers import printed_code
from certificates.rendering import DocumentData, Line, Publication
from core.languages import in_language
from core.models import Site


def of_application(
    application: Application,
    template: TemplateVersion,
    *,
    number: str = "",
    code: str = "",
    issued_on: date | None = None,
) -> DocumentData:
    """Return the data of a document, as of today unless a date is given.

    Without a number and a code it is that of a preview.
    """
    programme, language = application.programme, language_of(application)
    today = issued_on or localdate(timezone=programme.site.clock)
    fields = application.form.fields
    return DocumentData(
        template=str(template),
        language=language,
        title=in_language(programme, "title", language),
        statement=_statement(application, language),
        holder=_holder(fields, application.answers, language),
        holder_dative=reading.first_of(fields, application.answers, FieldKind.DATIVE_NAME),
        lines=tuple(
            _line(field, language, application.answers[field.key])
            for field in fields
            if _is_line(field) and _is_printable(field, application.answers.get(field.key, ""))
        ),
        publication=_publication(programme.site, language),
        number=number,
        code=printed_code(code),
        verification_url=verification_url(code) if code else "",
        issued_on=today,
        expires_on=expiry(today, programme.valid_months),
        pronoun=PRONOUNS[_gender(fields, application.answers)],
    )


def in_other_language(data: DocumentData, application: Application, language: str) -> DocumentData:
    """Return the same data with the texts of the programme and the publication in `language`."""
    programme = application.programme
    fields = {field.key: field for field in application.form.fields}
    return replace(
        data,
        language=language,
        title=in_language(programme, "title", language),
        statement=_statement(application, language),
        lines=tuple(
            _in_other_language(line, fields[line.key], language) if line.key in fields else line
            for line in data.lines
        ),
        publication=_publication(programme.site, language),
    )


def _in_other_language(line: Line, field: Field, language: str) -> Line:
    value = field.choice_in(field.choice_meant(line.value), language)
    return replace(line, label=field.label_in(language), value=value)


def expiry(issued_on: date, months: int | None) -> date | None:
    """Return the last day of validity: the same day of a later month, or the last of that month."""
    if months is None:
        return None
    years, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


def language_of(application: Application) -> str:
    chosen = application.answers.get(reading.LANGUAGE_KEY, "")
    return reading.LANGUAGES.get(chosen, application.language)


def _line(field: Field, language: str, answer: str) -> Line:
    kind = spec_of(field).printed_as or field.kind
    return Line(field.key, kind, field.label_in(language), field.choice_in(answer, language))


def _is_line(field: Field) -> bool:
    return spec_of(field).is_line and field.key != reading.LANGUAGE_KEY


def _is_printable(field: Field, answer: str) -> bool:
    """A date that is still being typed cannot be formatted, so it is left out of the preview."""
    return shapes.is_date(answer) if spec_of(field).shape is shapes.DATE else bool(answer)


def _statement(application: Application, language: str) -> str:
    statement = in_language(application.programme, "statement", language)
    return in_gender(statement, _gender(application.form.fields, application.answers))


def _gender(fields: Sequence[Field], answers: reading.Answers) -> Gender | None:
    """Return the holder's gender if their name tells it, else None."""
    full_name = reading.first_of(fields, answers, FieldKind.FULL_NAME)
    surname, given_name, *_others = [*full_name.split(), "", ""]
    patronymic = reading.first_of(fields, answers, FieldKind.PATRONYMIC)
    if patronymic := patronymic or patronymic_in(full_name):
        return gender_of_patronymic(patronymic)
    return gender_of_name(
        reading.first_of(fields, answers, FieldKind.SURNAME) or surname,
        reading.first_of(fields, answers, FieldKind.GIVEN_NAME) or given_name,
    )


def _holder(fields: Sequence[Field], answers: reading.Answers, language: str) -> str:
    latin = reading.first_of(fields, answers, FieldKind.LATIN_NAME) if language == "en" else ""
    return latin or reading.holder_name(fields, answers)


def verification_url(code: str) -> str:
    path = reverse("certificates:verify-code", args=[printed_code(code)])
    return f"{settings.BASE_URL}{path}"


def _publication(site: Site, language: str) -> Publication:
    return Publication(
        name=in_language(site, "name", language),
        legal_name=in_language(site, "legal_name", language),
        registration_number=site.registration_number,
        registered_on=site.registered_on,
        founder=in_language(site, "founder", language),
        editor_in_chief=in_language(site, "editor_in_chief", language),
    )

"""What the document of an application says: taken from the answers and the publication."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from certificates.fields import Field, Kind
from certificates.form import reading
from certificates.form.kinds import spec_of
from certificates.form.shapes import is_date
from certificates.models import Application, TemplateVersion
from certificates.numbers import printed_code
from certificates.rendering import CertificateFacts, Line, Publication
from core.languages import in_language
from core.models import Site


def of_application(
    application: Application, template: TemplateVersion, *, number: str = "", code: str = ""
) -> CertificateFacts:
    """As of today; no number and code: a preview."""
    programme, language = application.programme, language_of(application)
    today = localdate()
    fields = application.form.fields
    return CertificateFacts(
        template=str(template),
        language=language,
        title=in_language(programme, "title", language),
        statement=in_language(programme, "statement", language),
        holder=_holder(fields, application.answers, language),
        holder_dative=reading.first_of(fields, application.answers, Kind.DATIVE_NAME),
        lines=tuple(
            Line(field.key, field.kind, field.label_in(language), application.answers[field.key])
            for field in fields
            if _is_line(field) and _can_stand(field, application.answers.get(field.key, ""))
        ),
        publication=_publication(programme.site, language),
        number=number,
        code=printed_code(code),
        verification_url=verification_url(code) if code else "",
        issued_on=today,
        expires_on=expiry(today, programme.valid_months),
    )


def in_other_words(
    said: CertificateFacts, application: Application, language: str
) -> CertificateFacts:
    """The same facts, with the texts of the programme and the publication in `language`."""
    programme = application.programme
    fields = {field.key: field for field in application.form.fields}
    return replace(
        said,
        language=language,
        title=in_language(programme, "title", language),
        statement=in_language(programme, "statement", language),
        lines=tuple(
            replace(line, label=fields[line.key].label_in(language)) if line.key in fields else line
            for line in said.lines
        ),
        publication=_publication(programme.site, language),
    )


def expiry(issued_on: date, months: int | None) -> date | None:
    """The last day of validity: the same day of a later month, or that month's last."""
    if months is None:
        return None
    years, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


def language_of(application: Application) -> str:
    chosen = application.answers.get(reading.LANGUAGE_KEY, "")
    return reading.LANGUAGES.get(chosen, application.language)


def _is_line(field: Field) -> bool:
    return spec_of(field).is_line and field.key != reading.LANGUAGE_KEY


def _can_stand(field: Field, answer: str) -> bool:
    """A date that is still being typed has no place on the document yet."""
    return is_date(answer) if field.kind is Kind.DATE else bool(answer)


def _holder(fields: Sequence[Field], answers: reading.Answers, language: str) -> str:
    latin = reading.first_of(fields, answers, Kind.LATIN_NAME) if language == "en" else ""
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

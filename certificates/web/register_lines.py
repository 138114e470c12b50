"""The lines of a document as the verification page shows them, each with its language."""

from dataclasses import dataclass

from django.utils.translation import get_language

from certificates.models import Certificate
from certificates.rendering import DocumentData


@dataclass(frozen=True, slots=True)
class RegisterLine:
    label: str
    label_language: str
    value: str
    value_language: str


def lines_of(certificate: Certificate, data: DocumentData) -> list[RegisterLine]:
    """Return the lines in the language of the page where the form has it, as printed elsewhere."""
    page = get_language() or certificate.language
    fields = {field.key: field for field in certificate.application.form.fields}
    lines = []
    for line in data.lines:
        field = fields.get(line.key)
        shown = RegisterLine(line.label, certificate.language, line.value, certificate.language)
        # Without an English label the Russian one is shown, which is what the document has.
        if field is not None and field.is_labelled_in(page):
            value = field.choice_in(field.choice_meant(line.value), page)
            is_same = value == line.value
            shown = RegisterLine(
                field.label_in(page), page, value, certificate.language if is_same else page
            )
        lines.append(shown)
    return lines

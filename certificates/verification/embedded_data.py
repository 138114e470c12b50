"""Read the data attached to an uploaded PDF. The upload is untrusted: it may hold any text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from core.errors import StrOrPromise

_LABELS: Mapping[str, StrOrPromise] = {
    "title": _("Document"),
    "statement": _("What it certifies"),
    "holder": _("Issued to"),
    "number": _("Number"),
    "issued_on": _("Issued on"),
    "expires_on": _("Valid until"),
    "publication.name": _("Issued by"),
    "publication.registration_number": _("Registration number"),
}
# A forged file must not fill the page with its text.
_LONGEST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Difference:
    label: StrOrPromise
    in_file: str
    in_register: str


def read(attached: str) -> dict[str, str]:
    """Return texts by their path in the document data, such as `holder` or `lines.title`.

    Anything that is not a text is skipped; unreadable data give an empty dict.
    """
    try:
        data = json.loads(attached)
    # Deeply nested JSON raises RecursionError: the file comes from a stranger.
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {path: _showable(text) for path, text in _texts_by_path(data)}


def _showable(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can name and no page can show."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def differences(attached: Mapping[str, str], certificate: Certificate) -> tuple[Difference, ...]:
    """List the differences from the register; none if the person was erased from it."""
    if certificate.erased_at is not None:
        return ()
    register = dict(_texts_by_path(certificate.document_data))
    fields = {field.key: field for field in certificate.application.form.fields}
    labels = dict(_LABELS) | {
        f"lines.{line['key']}": fields[line["key"]].label_in(get_language())
        if line["key"] in fields
        else line["label"]
        for line in certificate.document_data["lines"]
    }
    return tuple(
        Difference(labels[path], attached.get(path, "")[:_LONGEST_SHOWN], register.get(path, ""))
        for path in labels
        if attached.get(path, "") != register.get(path, "")
    )


def _texts_by_path(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in data.items() if isinstance(value, str))
    publication = data.get("publication")
    if isinstance(publication, dict):
        for name, value in publication.items():
            if isinstance(value, str):
                yield f"publication.{name}", value
    lines = data.get("lines")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict) and isinstance(line.get("value"), str):
            yield f"lines.{line.get('key')}", line["value"]

"""The copy of the facts attached to a document, as a stranger hands it back: any text at all."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
_LONGEST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Difference:
    label: StrOrPromise
    in_file: str
    in_register: str


def read(attached: str) -> dict[str, str]:
    """Texts by their place in the facts, such as `holder` or `lines.title`; others are left out."""
    try:
        data = json.loads(attached)
    except (ValueError, RecursionError):
        return {}
    return dict(_named(data)) if isinstance(data, dict) else {}


def differences(attached: Mapping[str, str], certificate: Certificate) -> tuple[Difference, ...]:
    """Nothing can differ from a register out of which the person was erased."""
    if certificate.erased_at is not None:
        return ()
    register = dict(_named(certificate.document_data))
    labels = dict(_LABELS) | {
        f"lines.{line['key']}": line["label"] for line in certificate.document_data["lines"]
    }
    return tuple(
        Difference(labels[place], attached.get(place, "")[:_LONGEST_SHOWN], register.get(place, ""))
        for place in labels
        if attached.get(place, "") != register.get(place, "")
    )


def _named(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
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

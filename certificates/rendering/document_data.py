"""The content of a document as plain data. Templates read it, and every PDF carries a copy."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.fields import FieldKind


@dataclass(frozen=True, slots=True)
class Line:
    """An answer that is printed on the document; the template decides by its kind where."""

    key: str
    kind: FieldKind
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Publication:
    name: str
    legal_name: str
    registration_number: str
    registered_on: dt.date | None
    founder: str
    editor_in_chief: str


@dataclass(frozen=True, slots=True)
class DocumentData:
    """`number`, `code` and `verification_url` are empty in a preview; `language` is ru or en.

    `statement` follows the holder's name in the sentence «подтверждает, что … опубликовал(а)».
    `holder_dative` is empty if the form does not ask for it, and `pronoun` follows it: «выдан
    Лебедевой Анне в подтверждение того, что она …». `expires_on` is the last day of validity, or
    None.
    """

    template: str
    language: str
    title: str
    statement: str
    holder: str
    holder_dative: str
    lines: tuple[Line, ...]
    publication: Publication
    number: str
    code: str
    verification_url: str
    issued_on: dt.date
    expires_on: dt.date | None
    pronoun: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return what `from_data` reads: JSON types only."""
        stored = dataclasses.asdict(self)
        stored["issued_on"] = self.issued_on.isoformat()
        stored["expires_on"] = _iso(self.expires_on)
        stored["publication"]["registered_on"] = _iso(self.publication.registered_on)
        return stored

    def as_json(self) -> str:
        return json.dumps(self.as_data(), ensure_ascii=False, indent=1)

    @classmethod
    def from_data(cls, stored: Mapping[str, Any]) -> "DocumentData":
        publication = dict(stored["publication"])
        publication["registered_on"] = _date(publication["registered_on"])
        lines = (Line(**{**line, "kind": FieldKind(line["kind"])}) for line in stored["lines"])
        return cls(
            **{
                **stored,
                "lines": tuple(lines),
                "publication": Publication(**publication),
                "issued_on": dt.date.fromisoformat(stored["issued_on"]),
                "expires_on": _date(stored["expires_on"]),
            }
        )

    def texts(self) -> Iterator[str]:
        """Yield every text that may be printed, so that each is checked against the fonts."""
        publication = self.publication
        yield from (self.title, self.statement, self.holder, self.holder_dative)
        yield self.pronoun
        yield from (self.number, self.code)
        yield from (self.verification_url, publication.name, publication.legal_name)
        yield from (publication.registration_number, publication.founder)
        yield publication.editor_in_chief
        for line in self.lines:
            yield from (line.label, line.value)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _date(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


@dataclass(frozen=True, slots=True)
class SealMark:
    """The properties of the signing certificate that the visible seal shows."""

    owner: str
    serial_number: str
    valid_until: dt.date

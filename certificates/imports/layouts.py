"""Tell which row of a table names the columns, and which column answers which question. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from certificates.fields import Field, FieldKind
from certificates.form.kinds import Control, is_file, spec_of
from certificates.imports.readers import limits
from certificates.imports.readers.contents import Line

# Chosen instead of a column when no person in the table has a patronymic.
NOBODY = -1
# A title may contain one label by chance.
_LABELS_OF_A_HEADER = 2
_ROWS_TO_CHOOSE_FROM = 10
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_NO_LETTER = re.compile(r"[\W_]+")
# Tables call this column by any of these names.
_EMAIL_HEADINGS = ["e-mail", "email", "e-mail адрес", "адрес e-mail", "почта", "эл. почта"]
_EMAIL_HEADINGS += ["электронная почта", "адрес электронной почты", "электронный адрес"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a registrar wants a table to be read. Empty values leave it to the reader."""

    sheet: str = ""
    encoding: str = ""
    header_row: int = 0
    with_hidden_rows: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Which column answers which question. Columns are numbered from 0."""

    columns: Mapping[str, int]  # by key of the field
    guessed: Sequence[int] = ()  # the heading only resembles the label
    repeated: Sequence[int] = ()  # several columns have the same heading
    unused: Sequence[int] = ()  # with text, but no question
    missing: Sequence[str] = ()  # keys of the questions without a column

    def with_columns(self, columns: Mapping[str, int], fields: Sequence[Field]) -> "Match":
        """Return the match as the registrar chose it, in which nothing is guessed any more."""
        candidates = {*self.columns.values(), *self.repeated, *self.unused}
        return Match(
            columns,
            unused=sorted(candidates - set(columns.values()) - {NOBODY}),
            missing=_missing(fields, columns),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """A sheet divided into the header, what stands above it, and the rows of people."""

    header: Line
    rows: Sequence[Line]
    # Titles above the header, and repetitions of the header further down.
    others: Sequence[Line] = ()
    # Among these the registrar may choose another header.
    first_rows: Sequence[Line] = field(default=(), repr=False)


def askable(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that a table can answer: a file is attached by the person."""
    return [field for field in fields if not is_file(field)]


def divide(lines: Sequence[Line], fields: Sequence[Field], header_row: int = 0) -> Parts:
    """Take as the header the chosen row, or the first one in which at least two labels stand.

    Where there is none, it is the first visible row: people then assign the columns by hand.
    """
    shown = [line for line in lines if not line.is_hidden]
    header = next(
        (line for line in shown if line.number == header_row),
        _first_with_labels(shown[: limits.MOST_TITLE_ROWS + 1], fields) or [*shown, *lines][0],
    )
    names = [_plain(cell) for cell in header.cells if cell.strip()]
    rows, others = list[Line](), list[Line]()
    for line in lines:
        is_header_again = [_plain(cell) for cell in line.cells if cell.strip()] == names
        is_person = line.number > header.number and not is_header_again
        (rows if is_person else others).append(line)
    width = max(len(line.cells) for line in lines)
    return Parts(
        header=replace(header, cells=header.cells + [""] * (width - len(header.cells))),
        rows=rows,
        others=[line for line in others if line is not header],
        first_rows=shown[:_ROWS_TO_CHOOSE_FROM],
    )


def _first_with_labels(lines: Iterable[Line], fields: Sequence[Field]) -> Line | None:
    labels = {label for field in askable(fields) for label in _labels(field)}
    enough = min(_LABELS_OF_A_HEADER, len(askable(fields)))
    loose = set(map(_loose, labels)) - {""}
    return next(
        (
            line
            for line in lines
            if len(labels.intersection(map(_plain, line.cells))) >= enough
            or len(loose.intersection(map(_loose, line.cells))) >= enough
        ),
        None,
    )


def match(fields: Sequence[Field], parts: Parts, hidden: Collection[int]) -> Match:
    """Match headings with the labels and keys of fields.

    A hidden column answers nothing: the registrar does not see it.
    """
    headings = {
        at: heading
        for at, heading in enumerate(parts.header.cells)
        if heading.strip() and at not in hidden
    }
    filled = {at for line in parts.rows for at, cell in enumerate(line.cells) if cell.strip()}
    columns, repeated, guessed = dict[str, int](), set[int](), list[int]()
    for field_ in askable(fields):
        alike = [at for at, heading in headings.items() if _plain(heading) in _labels(field_)]
        if alike:
            columns[field_.key] = next((at for at in alike if at in filled), alike[0])
            repeated |= set(alike) if len(alike) > 1 else set()
    for field_ in askable(fields):
        free = headings.keys() - columns.values() - repeated
        similar = [at for at in sorted(free) if _loose(headings[at]) in _loose_labels(field_)]
        if similar and field_.key not in columns:
            columns[field_.key] = similar[0]
            guessed.append(similar[0])
    return Match(
        columns,
        guessed=guessed,
        repeated=sorted(repeated),
        unused=sorted(filled - set(columns.values()) - repeated),
        missing=_missing(fields, columns),
    )


def is_doubtful(match: Match, fields: Sequence[Field]) -> bool:
    """Return whether the registrar must confirm the columns before anything is issued."""
    required = {field.key for field in fields if field.required}
    is_incomplete = any(
        field.key in match.missing
        for field in askable(fields)
        if field.key in required and not spec_of(field).is_optional_in_tables
    )
    return bool(match.unused or match.repeated or match.guessed or is_incomplete)


def _missing(fields: Sequence[Field], columns: Mapping[str, int]) -> list[str]:
    return [
        field.key
        for field in askable(fields)
        if field.key not in columns and spec_of(field).control is not Control.CHECKBOX
    ]


def _labels(field: Field) -> set[str]:
    return {_plain(label) for label in (field.label_ru, field.label_en, field.key)} - {""}


def _loose_labels(field: Field) -> set[str]:
    synonyms = _EMAIL_HEADINGS if field.kind is FieldKind.EMAIL else []
    return {_loose(label) for label in (*_labels(field), *synonyms)} - {""}


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().split())


def _loose(heading: str) -> str:
    """Drop signs and words in parentheses: «Отчество (при наличии) *» becomes «отчество»."""
    letters = _NO_LETTER.sub(" ", _IN_PARENTHESES.sub("", _plain(heading)))
    return letters.replace("ё", "е").strip()

"""Data for the page of an import: how the table was read, rows to correct, rows left out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from openpyxl.utils import get_column_letter

from certificates.fields import FieldKind
from certificates.form import reading
from certificates.imports import layouts, namesakes
from certificates.imports.layouts import NOBODY
from certificates.imports.namesakes import Namesakes, People
from certificates.imports.readers.delimited import ENCODINGS, PLACES_NAMED
from certificates.models import Certificate, Import, ImportRow
from certificates.slips.alphabets import foreign_letters
from certificates.states import ImportStatus, RowStatus
from core.languages import language_of
from core.paging import page

_ROWS_SHOWN = 50
# With more groups of equal rows, one question is asked for all of them.
_GROUPS_ASKED = 20
_LONGEST_VALUE = 80  # characters
_ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 BE",
    "cp1251": "Windows-1251",
    "cp866": "CP866",
    "koi8-r": "KOI8-R",
    "mac-cyrillic": "Mac Cyrillic",
}


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A question, and the column that answers it."""

    key: str
    label: str
    chosen: int | None
    may_be_nobody: bool


def reading_of(source: Import) -> dict[str, Any]:
    """Return how the table was read, with all that was left out, and what can be chosen."""
    findings, labels = source.findings, _labels(source)
    names = _column_names(source)
    return {
        "found": findings,
        "encoding": _ENCODING_NAMES.get(findings.get("encoding", "")),
        "damage": [
            (row, get_column_letter(column + 1), text)
            for row, column, text in findings.get("damage", ())
        ],
        "has_more_damage": len(findings.get("damage", ())) == PLACES_NAMED,
        "encodings": [(code, _ENCODING_NAMES[code]) for code in ENCODINGS],
        "sheets": [findings.get("sheet", ""), *findings.get("sheets", ())],
        "unused": [names[at] for at in findings.get("unused", ())],
        "repeated": [names[at] for at in findings.get("repeated", ())],
        "missing": [labels[key] for key in findings.get("missing", ())],
        "column_names": names.items(),
        "column_choices": [
            ColumnChoice(
                field.key,
                labels[field.key],
                source.columns.get(field.key),
                may_be_nobody=field.kind is FieldKind.PATRONYMIC,
            )
            for field in layouts.askable(source.form.fields)
        ],
        "nobody": NOBODY,
    }


def _labels(source: Import) -> dict[str, str]:
    return {field.key: field.label_in(get_language()) for field in source.form.fields}


def _column_names(source: Import) -> dict[int, str]:
    """Return the columns as «B: Имя». A column without a heading and without text has no name."""
    findings = source.findings
    hidden, unused = set(findings.get("hidden_columns", ())), set(findings.get("unused", ()))
    nameless, is_hidden = gettext("without a name"), gettext("hidden column")
    names = dict[int, str]()
    for at, heading in enumerate(source.header):
        if heading.strip() or at in unused or at in source.columns.values():
            name = f"{get_column_letter(at + 1)}: {heading.strip() or nameless}"
            names[at] = f"{name} ({is_hidden})" if at in hidden else name
    return names


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one group of equal rows, or about all groups if there are many.

    `certificates` are those that an earlier table gave to a person with the same answers.
    """

    name: str
    count: int
    positions: str = ""
    holder: str = ""
    is_issued: bool = False
    has_several: bool = True
    certificates: Sequence[Certificate] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the answers with their words."""
        if not self.is_issued:
            return [
                (People.ONE.value, gettext("One person: issue one certificate")),
                (
                    People.SEVERAL.value,
                    gettext("Several people of one name: issue a certificate for each row"),
                ),
            ]
        among = gettext(
            "Several people of one name, one of whom has the certificate: issue for the others"
        )
        return [
            (People.ONE.value, gettext("The same person: issue nothing more")),
            *([(People.SEVERAL.value, among)] if self.has_several else []),
            (
                People.OTHERS.value,
                gettext("Another person of the same name: issue a certificate for each row"),
            ),
        ]


def question_name(group: Namesakes) -> str:
    return f"same-{group.position}"


def common_question_name(group: Namesakes) -> str:
    return "before" if group.is_issued else "same"


def namesakes_of(source: Import) -> list[Question]:
    """Return what to ask about equal rows; if there are many groups, one question for all."""
    if source.status != ImportStatus.CHECKED:
        return []
    groups = namesakes.of_import(source)
    questions = list[Question]()
    for is_issued in (False, True):
        of_kind = [group for group in groups if group.is_issued == is_issued]
        if len(of_kind) > _GROUPS_ASKED:
            has_several = any(len(group.rows) > 1 for group in of_kind)
            name = common_question_name(of_kind[0])
            questions.append(
                Question(name, len(of_kind), is_issued=is_issued, has_several=has_several)
            )
        else:
            questions += _questions(source, of_kind)
    return questions


def _questions(source: Import, groups: Sequence[Namesakes]) -> Iterator[Question]:
    first_rows = [group.rows[0] for group in groups if group.is_issued]
    issued = _issued_before(first_rows)
    for group in groups:
        yield Question(
            name=question_name(group),
            count=1,
            positions=", ".join(str(row.position) for row in group.rows),
            holder=_in_its_language(_holder(source, group.rows[0])),
            is_issued=group.is_issued,
            has_several=len(group.rows) > 1,
            certificates=issued.get(group.rows[0].digest, ()),
        )


def _in_its_language(name: str) -> SafeString:
    """Return a name to stand within a sentence of the page."""
    return format_html('<span lang="{}">{}</span>', language_of(name), name)


def _issued_before(rows: Sequence[ImportRow]) -> dict[str, list[Certificate]]:
    """Return the certificates that earlier tables gave for the digests of these rows."""
    issued = defaultdict[str, list[Certificate]](list)
    for original in ImportRow.objects.originals_of(rows):
        if original.application is not None:
            issued[original.digest].append(original.application.certificate)
    return issued


def rows_of(source: Import, *, cursor: str, left_cursor: str) -> dict[str, Any]:
    """Return a page of the rows to correct, and one of the rows that are left out."""
    size, order = _ROWS_SHOWN, ("position",)
    to_mend = page(source.rows.to_mend(), order=order, cursor=cursor, size=size)
    left_out = page(source.rows.left_out(), order=order, cursor=left_cursor, size=size)
    labels = _labels(source)
    return {
        "rows": [(row, list(_faults(row, labels))) for row in to_mend.items],
        "next_cursor": to_mend.next_cursor,
        "left_out": list(_left_out(source, left_out.items)),
        "next_left": left_out.next_cursor,
    }


def _faults(
    row: ImportRow, labels: Mapping[str, str]
) -> Iterator[tuple[str, SafeString, Sequence[str]]]:
    for key, messages in row.faults_in(get_language()).items():
        yield labels[key], marked(row.answers.get(key, "")), messages


def marked(value: str) -> SafeString:
    """Return the value with each letter of another alphabet marked: it looks like the right one."""
    if len(value) > _LONGEST_VALUE:
        value = value[: _LONGEST_VALUE - 1] + "…"
    foreign = foreign_letters(value)
    letters = (
        format_html("<mark>{}</mark>", letter) if at in foreign else letter
        for at, letter in enumerate(value)
    )
    return format_html_join("", "{}", ((letter,) for letter in letters))


def _left_out(source: Import, rows: Sequence[ImportRow]) -> Iterator[dict[str, Any]]:
    issued = _issued_before(rows)
    first = {
        row.digest: group.position for group in namesakes.of_import(source) for row in group.rows
    }
    for row in rows:
        yield {
            "row": row,
            "holder": _holder(source, row),
            "certificates": issued[row.digest] if row.status == RowStatus.REPEATED else (),
            "first": first.get(row.digest) if row.status == RowStatus.SAME else None,
        }


def _holder(source: Import, row: ImportRow) -> str:
    return reading.holder_name(source.form.fields, row.answers)

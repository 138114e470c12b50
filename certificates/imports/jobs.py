"""The workers' part of an import: the dry run, the documents of a chunk, the archive of all."""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from certificates import rendering
from certificates.fields import Field, FieldKind
from certificates.file_names import short_file_name
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.kinds import YES, Control, spec_of
from certificates.imports import actions, layouts
from certificates.imports.findings import Findings
from certificates.imports.layouts import Layout
from certificates.imports.readers import limits
from certificates.imports.readers.contents import CellProblem, Line
from certificates.imports.tables import Table, UnreadableTable, read_table, write_table
from certificates.issuing import designs, document_data
from certificates.issuing.documents import make_documents
from certificates.models import Application, Certificate, Import, ImportRow
from certificates.rendering import DoesNotFit, UnprintableText
from certificates.rendering.coverage import refuse_unprintable
from certificates.states import ImportProblem, ImportStatus, RowStatus
from core import outbox
from core.errors import DomainError, StrOrPromise

_SURELY_FITS = 120  # characters


class NotAllSealed(outbox.NotYet):
    """The other lane may still be sealing its last chunk when the import finishes."""


def read_import(import_id: int) -> None:
    """Do the dry run: read and check every row like the answers of a form; issue nothing.

    It never leaves a table unread: the registrar sees every failure and may try again.
    """
    try:
        _check_table(import_id)
    except UnreadableTable as error:
        actions.record_failure(
            import_id=import_id, problem=error.problem, findings=Findings.of(error.about)
        )
    except Exception:
        actions.record_failure(import_id=import_id, problem=ImportProblem.UNEXPECTED)
        raise


def _check_table(import_id: int) -> None:
    source = Import.objects.select_related("form", "programme__site").get(pk=import_id)
    # Read already, or its failure is recorded: this is a repeated task.
    if source.status != ImportStatus.UPLOADED:
        return
    layout, fields = Layout(**source.layout), source.form.fields
    table = _read(source, layout)
    parts = layouts.divide(table.lines, fields, layout.header_row)
    if not parts.rows:
        raise UnreadableTable(ImportProblem.NO_ROWS, table.about)
    if len(parts.rows) > limits.MOST_ROWS:
        raise UnreadableTable(ImportProblem.TOO_MANY_ROWS, table.about)
    match = layouts.match(fields, parts, table.about.hidden_columns)
    is_doubtful = layouts.is_doubtful(match, fields)
    if source.columns_confirmed:
        match = match.with_columns(source.columns, fields)
    check = _RowCheck(source, layout, match.columns)
    rows = [check.row(line) for line in parts.rows]
    _mark_repeated(source, rows)
    actions.record_table(
        import_id=import_id,
        header=parts.header.cells,
        columns=match.columns,
        findings=Findings.of(table.about, parts, match, is_doubtful=is_doubtful),
        rows=rows,
    )


def _read(source: Import, layout: Layout) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(str(source.table.name)).name
        with source.table.open("rb") as stored:
            path.write_bytes(stored.read())
        return read_table(path, sheet=layout.sheet, encoding=layout.encoding)


# A message, and the correction that it offers.
_Message: TypeAlias = tuple[StrOrPromise, str | None]

_CELL_PROBLEMS: Mapping[CellProblem, StrOrPromise] = {
    CellProblem.LOGICAL: gettext_lazy(
        "The table has a logical value here, true or false: write what is meant as text"
    ),
    CellProblem.ERROR: gettext_lazy(
        "The table has an error of calculation here: correct the formula"
    ),
    CellProblem.FORMULA: gettext_lazy(
        "The result of this formula is not stored in the file: open and save it in a table editor"
    ),
    CellProblem.FORMAT: gettext_lazy(
        "The table shows this number formatted: make the cell text to print it as shown"
    ),
}


class _RowCheck:
    """Checks the rows of one table."""

    def __init__(self, source: Import, layout: Layout, columns: Mapping[str, int]) -> None:
        self._source, self._layout, self._columns = source, layout, columns
        self._fields = [_for_table(field) for field in source.form.fields]
        self._template = designs.active_version(source.programme)

    def row(self, line: Line) -> ImportRow:
        checked = reading.read(self._fields, self._typed(line))
        messages = self._messages(line, checked)
        unprintable = self._unprintable(checked)
        if unprintable is not None:
            reason = unprintable.detail or unprintable.title
            messages.setdefault(self._fields[0].key, []).append((reason, None))
        is_faulty = checked.errors or unprintable or self._has_no_text(line)
        doubtful_or_ready = RowStatus.DOUBTFUL if messages else RowStatus.READY
        status = RowStatus.FAULTY if is_faulty else doubtful_or_ready
        return ImportRow(
            source=self._source,
            programme_id=self._source.programme_id,
            position=line.number,
            cells=line.cells,
            answers=dict(checked.answers),
            faults=_in_every_language(messages),
            digest=digest(checked.answers),
            status=self._status(line, status),
        )

    def _status(self, line: Line, status: RowStatus) -> RowStatus:
        is_left_out = line.is_hidden and not self._layout.with_hidden_rows
        return RowStatus.HIDDEN if is_left_out else status

    def _typed(self, line: Line) -> dict[str, str]:
        typed = {
            key: line.cells[at] if 0 <= at < len(line.cells) else ""
            for key, at in self._columns.items()
        }
        for field in self._fields:
            # An empty cell says that the person has no patronymic: there is no tick to set. A table
            # without such a column says nothing.
            if field.kind is FieldKind.PATRONYMIC and not typed.get(field.key, "_").strip():
                typed[reading.none_key(field)] = YES
        return {key: reading.storable(value) for key, value in typed.items()}

    def _messages(self, line: Line, checked: reading.Reading) -> dict[str, list[_Message]]:
        messages: dict[str, list[_Message]] = {}
        for key, errors in checked.errors.items():
            messages.setdefault(key, []).extend((error.message, None) for error in errors)
        for key, slips in checked.slips.items():
            messages.setdefault(key, []).extend((slip.message, slip.correction) for slip in slips)
        for key, problem in self._cell_problems(line):
            messages.setdefault(key, []).insert(0, (_CELL_PROBLEMS[problem], None))
        return messages

    def _cell_problems(self, line: Line) -> Iterator[tuple[str, CellProblem]]:
        for field in self._fields:
            problem = line.problems.get(self._columns.get(field.key, layouts.NOBODY))
            if problem and spec_of(field).control is not Control.CHECKBOX:
                yield field.key, problem

    def _has_no_text(self, line: Line) -> bool:
        return any(problem is not CellProblem.FORMAT for _key, problem in self._cell_problems(line))

    def _unprintable(self, checked: reading.Reading) -> DomainError | None:
        """Return why the document of these answers cannot be made, if so.

        Only documents with long texts are typeset to see whether they fit: doing this for each of
        ten thousand rows would take minutes.
        """
        if checked.errors:
            return None
        application = Application(
            programme=self._source.programme,
            form=self._source.form,
            answers=checked.answers,
            language="ru",
        )
        data = document_data.of_application(application, self._template)
        try:
            if max(map(len, data.texts())) > _SURELY_FITS:
                rendering.render(designs.design_of(self._template), data)
            else:
                refuse_unprintable("".join(data.texts()))
        except (DoesNotFit, UnprintableText) as error:
            return error
        return None


def _in_every_language(
    messages: Mapping[str, Sequence[_Message]],
) -> dict[str, dict[str, list[str]]]:
    """Return the messages in each language: other registrars than the uploader read them, too."""
    worded: dict[str, dict[str, list[str]]] = {}
    for language, _name in settings.LANGUAGES if messages else ():
        with override(language):
            worded[language] = {
                key: [_advice(str(message), correction) for message, correction in of_field]
                for key, of_field in messages.items()
            }
    return worded


def _mark_repeated(source: Import, rows: Sequence[ImportRow]) -> None:
    """Mark rows that were issued before, and those that are the same as one above them."""
    checked = [row for row in rows if row.status in {RowStatus.READY, RowStatus.DOUBTFUL}]
    digests = {row.digest for row in checked}
    issued = ImportRow.objects.issued_in(source.programme, digests=digests)
    digests_above = set[str]()
    for row in checked:
        if row.digest in digests_above:
            row.status = RowStatus.SAME
        elif row.digest in issued:
            row.status = RowStatus.REPEATED
        digests_above.add(row.digest)


def _for_table(field: Field) -> Field:
    """Require nothing that only the people themselves can give: an address, a consent, a file."""
    if spec_of(field).is_optional_in_tables:
        return replace(field, required=False)
    return field


def _advice(message: str, correction: str | None) -> str:
    return f"{message} → {correction}" if correction else message


def make_chunk(import_id: int, certificate_ids: Sequence[int]) -> None:
    make_documents(certificate_ids)
    actions.finish_chunk(import_id=import_id)


def make_archive(import_id: int) -> None:
    """Pack all documents into one file. Raises `NotAllSealed` while some are being made."""
    issued = Certificate.objects.of_import(import_id)
    if issued.unsealed().exists():
        raise NotAllSealed
    # On disk, because ten thousand documents do not fit into the worker's memory.
    with tempfile.TemporaryFile() as packed:
        # Not compressed: the streams inside a PDF are compressed already.
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for certificate in issued.iterator(chunk_size=200):
                with certificate.document.open("rb") as document:
                    archive.writestr(_name_in_archive(certificate), document.read())
        packed.seek(0)
        stored = default_storage.save(f"imports/{import_id}.zip", File(packed))
    # A repeated task may find that another one has recorded an archive: its file stays.
    if not actions.record_archive(import_id=import_id, name=stored):
        default_storage.delete(stored)


def _name_in_archive(certificate: Certificate) -> str:
    return short_file_name(f"{certificate.number} {certificate.holder}", ".pdf")


def rows_to_mend(source: Import) -> bytes:
    """Return an XLSX of the rows not issued. A last column says what to correct in each."""
    fields = source.form.fields
    labels = {field.key: field.label_in(get_language()) for field in fields}
    rows = [
        [
            *row.cells,
            *[""] * (len(source.header) - len(row.cells)),
            "; ".join(
                f"{labels[key]}: {', '.join(messages)}"
                for key, messages in row.faults_in(get_language()).items()
            ),
        ]
        for row in source.rows.to_mend()
    ]
    return write_table([*source.header, _("What to correct")], rows)

"""The workers' part of an import: the dry run, the documents of a chunk, the archive of all."""

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from certificates import rendering
from certificates.fields import Field, FieldKind
from certificates.file_names import safe_file_name
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.kinds import YES, is_file, spec_of
from certificates.imports import actions
from certificates.imports.tables import UnreadableTable, read_table, write_table
from certificates.issuing import designs, document_data
from certificates.issuing.documents import make_documents
from certificates.models import Application, Certificate, Import, ImportRow
from certificates.rendering import DoesNotFit, UnprintableText
from certificates.rendering.coverage import refuse_unprintable
from certificates.states import RowStatus

_SURELY_FITS = 120  # characters


class NotAllSealed(Exception):
    """Some documents are still being made, so the task of the archive is retried."""


def read_import(import_id: int) -> None:
    """Do the dry run: read and check every row as a form would be, and issue nothing."""
    source = Import.objects.select_related("form", "programme__site", "uploaded_by").get(
        pk=import_id
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(str(source.table.name)).name
        with source.table.open("rb") as stored:
            path.write_bytes(stored.read())
        try:
            table = read_table(path)
        except UnreadableTable as error:
            actions.record_failure(import_id=import_id, problem=str(error.detail))
            return
    fields = source.form.fields
    columns = source.columns or _guessed(fields, table.header)
    language = source.uploaded_by.language if source.uploaded_by else "ru"
    with override(language):
        rows = [
            _checked(source, position, cells, fields, columns)
            for position, cells in enumerate(table.rows, start=2)
        ]
    actions.record_table(import_id=import_id, header=table.header, columns=columns, rows=rows)


def _guessed(fields: Sequence[Field], header: Sequence[str]) -> dict[str, int]:
    """Return the columns whose heading is the label or the key of a field."""
    columns = {" ".join(name.casefold().split()): at for at, name in enumerate(header)}
    names_by_key = {
        field.key: [field.label_ru.casefold(), field.label_en.casefold(), field.key]
        for field in fields
        if not is_file(field)
    }
    return {
        key: next(columns[name] for name in names if name in columns)
        for key, names in names_by_key.items()
        if not columns.keys().isdisjoint(names)
    }


def _checked(
    source: Import,
    position: int,
    cells: Sequence[str],
    fields: Sequence[Field],
    columns: Mapping[str, int],
) -> ImportRow:
    fields = [_for_table(field) for field in fields]
    typed = {key: cells[at] if at < len(cells) else "" for key, at in columns.items()}
    for field in fields:
        # An empty cell in a table says that the person has no patronymic: there is no tick to set.
        if field.kind is FieldKind.PATRONYMIC and not typed.get(field.key, "").strip():
            typed[reading.none_key(field)] = YES
    checked = reading.read(fields, typed)
    faults: dict[str, list[str]] = {}
    for key, errors in checked.errors.items():
        faults.setdefault(key, []).extend(str(error.message) for error in errors)
    for key, slips in checked.slips.items():
        faults.setdefault(key, []).extend(
            _advice(str(slip.message), slip.correction) for slip in slips
        )
    if not checked.errors and (problem := _unprintable(source, checked.answers)):
        faults.setdefault(fields[0].key, []).append(problem)
        status = RowStatus.FAULTY
    elif checked.errors:
        status = RowStatus.FAULTY
    else:
        status = RowStatus.DOUBTFUL if checked.slips else RowStatus.READY
    return ImportRow(
        source=source,
        programme_id=source.programme_id,
        position=position,
        # PostgreSQL's JSON holds no NUL.
        cells=[cell.replace("\0", "") for cell in cells],
        answers=dict(checked.answers),
        faults=faults,
        digest=digest(checked.answers),
        status=status,
    )


def _for_table(field: Field) -> Field:
    """Require nothing that only the people themselves can give: an address, a consent, a file."""
    if spec_of(field).is_optional_in_tables:
        return replace(field, required=False)
    return field


def _unprintable(source: Import, answers: reading.Answers) -> str:
    """Return why the document of these answers cannot be made, or an empty text.

    Only documents with long texts are typeset to see whether they fit: doing this for each of ten
    thousand rows would take minutes.
    """
    template = designs.active_version(source.programme)
    data = document_data.of_application(
        Application(programme=source.programme, form=source.form, answers=answers, language="ru"),
        template,
    )
    try:
        if max(map(len, data.texts())) > _SURELY_FITS:
            rendering.render(designs.design_of(template), data)
        else:
            refuse_unprintable("".join(data.texts()))
    except (DoesNotFit, UnprintableText) as error:
        return str(error)
    return ""


def _advice(message: str, correction: str | None) -> str:
    return f"{message}: {correction}" if correction else message


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
    return safe_file_name(f"{certificate.number} {certificate.holder}") + ".pdf"


def rows_to_mend(source: Import) -> bytes:
    """Return an XLSX of the rows not issued. A last column says what to correct in each."""
    fields = source.form.fields
    labels = {field.key: field.label_in(get_language()) for field in fields}
    rows = [
        [
            *row.cells,
            "; ".join(_fault(labels, key, row.faults[key]) for key in row.faults),
        ]
        for row in source.rows.to_mend()
    ]
    return write_table([*source.header, _("What to correct")], rows)


def _fault(labels: Mapping[str, str], key: str, messages: Sequence[str]) -> str:
    return f"{labels[key]}: {', '.join(messages)}"

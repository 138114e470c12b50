from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import SEEK_END
from typing import BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from certificates.applications import risks
from certificates.audit import certificate_event, record_many
from certificates.form import reading
from certificates.form.answers import digest
from certificates.imports import namesakes
from certificates.imports.findings import Findings
from certificates.imports.layouts import Layout
from certificates.imports.namesakes import People
from certificates.imports.readers.limits import MOST_ROWS
from certificates.issuing import designs
from certificates.issuing.new_certificates import certificate_of, next_serials
from certificates.models import (
    Application,
    Certificate,
    CertificateEvent,
    Confirmation,
    Import,
    ImportRow,
    Programme,
)
from certificates.states import (
    IMPORT_STEPS,
    ApplicationStatus,
    ImportProblem,
    ImportStatus,
    RowStatus,
)
from core import outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput

VOUCHING = _(
    "You vouch for these rows in place of the people named in them: the documents are made from "
    "what the table says, letter by letter."
)
LARGEST_TABLE = 10 * 1024 * 1024  # bytes
TABLE_TOO_LARGE = _("The file is larger than 10 MB: divide the table into several files.")
# Rows in a chunk. It takes under a second, so an applicant's document never waits longer than that.
CHUNK_SIZE = 25
LANES = 2  # chains of tasks that issue side by side: one for each worker of a small machine
_ROWS_AT_ONCE = 1000
_NOTHING_SAID: Mapping[int, People] = {}


class NoForm(Conflict):
    code = "no_form"
    title = _("The programme has no form yet")


class ColumnsNotConfirmed(Conflict):
    code = "columns_not_confirmed"
    title = _("Confirm first which column answers which question")


_ISSUING = {ImportStatus.RUNNING, ImportStatus.FINISHED}


class NamesakesUndecided(Conflict):
    """Some rows are the same as others or as issued ones, and nothing is said about them yet."""

    code = "namesakes_undecided"
    title = _("Answer for the rows that are the same whether they are one person")


class NothingToIssue(Conflict):
    code = "nothing_to_issue"
    title = _("No row is left to issue: they have errors, or were issued before")


def _move(source: Import, to: ImportStatus, *, expected: ImportStatus | None = None) -> bool:
    """The one place where an import changes its status; the row must be locked."""
    if not IMPORT_STEPS.needs_change(ImportStatus(source.status), to, expected=expected):
        return False
    source.status = to
    source.changed_at = timezone.now()
    source.save(update_fields=["status", "changed_at"])
    return True


def _lock(import_id: int) -> Import:
    return _of(Import.objects.select_for_update(of=("self",)), import_id)


def _of(imports: QuerySet[Import], import_id: int) -> Import:
    related = ("programme__site", "form", "uploaded_by")
    return imports.select_related(*related).get(pk=import_id)


@bounded(filename=Bound(1_000), digest=Bound(100))
@transaction.atomic(durable=True)
def begin_import(
    *, programme: Programme, actor: User, filename: str, content: BinaryIO, digest: str
) -> Import:
    """Begin an import, or return the earlier one of the same file: no file is issued twice."""
    require(actor, Permission.DECIDE_APPLICATIONS, programme.site)
    if content.seek(0, SEEK_END) > LARGEST_TABLE:
        raise InvalidInput({"table": [TABLE_TOO_LARGE]})
    content.seek(0)
    form = programme.forms.newest()
    if form is None:
        raise NoForm
    # By content and not by name: people upload the same table again under another name.
    begun: Import | None = programme.imports.filter(digest=digest).first()
    if begun is not None:
        # Nothing came of it: the person hopes that it works this time.
        if begun.status == ImportStatus.FAILED:
            _read_again(_lock(begun.pk))
        return begun
    # The suffix tells the reader whether text is a table, too; nothing else of the name is used.
    suffix = ".csv" if filename.lower().endswith(".csv") else ".xlsx"
    begun = Import(
        programme=programme,
        form=form,
        uploaded_by=actor,
        filename=filename[:200],
        digest=digest,
    )
    begun.table.save(f"imports/{digest[:32]}{suffix}", File(content), save=False)
    begun.save()
    outbox.publish("import.uploaded", import_id=begun.pk)
    return begun


@transaction.atomic(durable=True)
def record_table(
    *,
    import_id: int,
    header: Sequence[str],
    columns: Mapping[str, int],
    findings: Findings,
    rows: Sequence[ImportRow],
) -> None:
    """Store the rows of a checked table. They replace the rows of an earlier reading."""
    source = _lock(import_id)
    # The task may run twice, and the table may be in issue by then.
    if source.status != ImportStatus.UPLOADED:
        return
    _move(source, ImportStatus.CHECKED)
    source.header, source.columns = list(header), dict(columns)
    source.findings = asdict(findings)
    source.save(update_fields=["header", "columns", "findings"])
    # The registrar may have chosen other columns, so no earlier row is valid.
    source.rows.all().delete()
    ImportRow.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)


@transaction.atomic(durable=True)
def record_failure(
    *, import_id: int, problem: ImportProblem, findings: Findings | None = None
) -> None:
    source = _lock(import_id)
    if source.status != ImportStatus.UPLOADED:
        return
    _move(source, ImportStatus.FAILED)
    source.problem = problem
    # The page then offers another sheet, if there is one.
    source.findings = asdict(findings or Findings())
    source.save(update_fields=["problem", "findings"])


@bounded(layout=Bound(1_000), columns=Bound(1_000, items=1_000))
@transaction.atomic(durable=True)
def choose_layout(
    *, source: Import, actor: User, layout: Layout, columns: Mapping[str, int] | None = None
) -> None:
    """Have the table read again like this. Once rows are issued, nothing changes.

    Without `columns`, they are matched by their headings again.
    """
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    locked = _lock(source.pk)
    locked.layout = asdict(layout)
    locked.columns, locked.columns_confirmed = dict(columns or {}), columns is not None
    if _read_again(locked):
        locked.save(update_fields=["layout", "columns", "columns_confirmed"])


@transaction.atomic(durable=True)
def retry_import(*, source: Import, actor: User) -> None:
    """Check a table again after the dry run failed."""
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    _read_again(_lock(source.pk))


def _read_again(locked: Import) -> bool:
    if not _move(locked, ImportStatus.UPLOADED):
        return False
    _clear_problem(locked)
    outbox.publish_again("import.uploaded", import_id=locked.pk)
    return True


@bounded(language=Bound(10), people=Bound(100, items=MOST_ROWS))
@transaction.atomic(durable=True)
def run_import(
    *,
    source: Import,
    actor: User,
    with_doubtful: bool,
    language: str,
    ip: str | None,
    people: Mapping[int, People] = _NOTHING_SAID,
) -> None:
    """Issue all rows without errors, and rows with slips if the registrar wants them, too.

    `language` and `ip` are the registrar's: they become part of the confirmation of each row.
    `people` says of each group of equal rows, by the position of its first row, who they are. So
    it does of each row that an earlier table has issued.
    """
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    locked = _lock(source.pk)
    if locked.needs_columns:
        raise ColumnsNotConfirmed
    # The request was sent again, because its answer was lost on the way.
    if locked.status in _ISSUING and locked.with_doubtful == with_doubtful:
        return
    if locked.status == ImportStatus.CHECKED:
        _tell_namesakes_apart(locked, people)
    if not locked.rows.to_issue(with_doubtful=with_doubtful).exists():
        raise NothingToIssue
    if _move(locked, ImportStatus.RUNNING):
        locked.with_doubtful, locked.warning = with_doubtful, str(VOUCHING)
        locked.language, locked.ip = language, ip
        # They hold beginnings of rows, with names, which must not outlive an erasure.
        locked.findings |= {"first_rows": [], "other_rows": [], "damage": []}
        locked.save(update_fields=["with_doubtful", "warning", "language", "ip", "findings"])
        _continue(locked, LANES)


def _tell_namesakes_apart(source: Import, people: Mapping[int, People]) -> None:
    for group in namesakes.of_import(source):
        if group.position not in people:
            raise NamesakesUndecided
        others = []
        for row, digest_of_row in group.rows_to_issue(people[group.position]):
            row.digest = digest_of_row
            row.status = RowStatus.DOUBTFUL if row.faults else RowStatus.READY
            others.append(row)
        ImportRow.objects.bulk_update(others, ["digest", "status"])


@transaction.atomic(durable=True)
def pause_import(*, source: Import, actor: User) -> None:
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    _move(_lock(source.pk), ImportStatus.PAUSED)


@transaction.atomic(durable=True)
def resume_import(*, source: Import, actor: User) -> None:
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    locked = _lock(source.pk)
    if _move(locked, ImportStatus.RUNNING, expected=ImportStatus.PAUSED):
        _clear_problem(locked)
        # Two new lanes start. A stopped chunk may have left certificates without documents.
        outbox.supersede(["import.chunk_due", "import.chunk_issued"], import_id=locked.pk)
        unsealed = Certificate.objects.of_import(locked.pk).unsealed()
        outbox.publish_missing(
            ("certificate.document_due",),
            "certificate_id",
            list(unsealed.values_list("pk", flat=True)),
        )
        _continue(locked, LANES)


@transaction.atomic(durable=True)
def record_stop(*, import_id: int) -> None:
    """Pause an import whose tasks have failed too often: the registrar sees why and can go on."""
    source = _lock(import_id)
    # The other lane may have recorded it already, or reached the end.
    if source.status == ImportStatus.RUNNING and _move(source, ImportStatus.PAUSED):
        source.problem = ImportProblem.STOPPED
        source.save(update_fields=["problem"])


@transaction.atomic(durable=True)
def record_not_packed(*, import_id: int) -> None:
    Import.objects.filter(pk=import_id, archive="").update(problem=ImportProblem.NOT_PACKED)


@transaction.atomic(durable=True)
def pack_again(*, source: Import, actor: User) -> None:
    """Try to make the archive again after it failed."""
    require(actor, Permission.DECIDE_APPLICATIONS, source.programme.site)
    locked = _lock(source.pk)
    if locked.problem == ImportProblem.NOT_PACKED:
        _clear_problem(locked)
        outbox.publish_again("import.finished", import_id=locked.pk)


def _clear_problem(locked: Import) -> None:
    locked.problem = ""
    locked.save(update_fields=["problem"])


def _continue(source: Import, lanes: int) -> None:
    # One event for each lane, so that workers issue side by side.
    for _lane in range(lanes):
        outbox.publish("import.chunk_due", import_id=source.pk)


@transaction.atomic(durable=True)
def run_next_chunk(*, import_id: int) -> Sequence[int]:
    """Turn the next rows of a running import into certificates; returns their ids.

    Nothing is issued if the import is paused or no rows are left. A row that was issued from
    another file is marked as repeated.
    """
    source = _of(Import.objects.all(), import_id)
    # Chunks of one programme go one after another, so that none repeats a row of another.
    # FOR NO KEY UPDATE does not conflict with the KEY SHARE locks of inserts that refer to the
    # programme, so applicants need not wait.
    Programme.objects.select_for_update(no_key=True).get(pk=source.programme_id)
    # A repeated task would issue another chunk, and start a third lane.
    if not outbox.once() or source.status != ImportStatus.RUNNING:
        return []
    waiting = source.rows.to_issue(with_doubtful=source.with_doubtful)
    # SKIP LOCKED: each lane takes rows of its chunk and never waits for the rows of the other.
    rows = waiting.select_for_update(skip_locked=True)[:CHUNK_SIZE]
    issued = _issue(source, _without_repeated(source, list(rows)))
    ids = [certificate.pk for certificate in issued]
    outbox.publish_many("certificate.issued_by_row", [{"certificate_id": pk} for pk in ids])
    # Published without certificates, too: the lane then checks whether rows are left.
    outbox.publish("import.chunk_issued", import_id=import_id, certificate_ids=ids)
    return ids


def _without_repeated(source: Import, rows: Sequence[ImportRow]) -> Sequence[ImportRow]:
    fresh: dict[str, ImportRow] = {}
    for row in rows:
        fresh.setdefault(row.digest, row)
    issued = ImportRow.objects.issued_in(source.programme, digests=fresh.keys())
    fresh = {digest: fresh[digest] for digest in fresh.keys() - issued}
    first = {row.pk for row in fresh.values()}
    repeated = [row.pk for row in rows if row.pk not in first]
    source.rows.filter(pk__in=repeated).update(status=RowStatus.REPEATED)
    return [row for row in rows if row.pk in first]


def _issue(source: Import, rows: Sequence[ImportRow]) -> Sequence[Certificate]:
    applications = [_applied(source, row) for row in rows]
    # One statement a table: row by row, a certificate cost three and a half times the processor
    # time (docs/speed.md, "Certificates from a spreadsheet").
    Application.objects.bulk_create(applications)
    Confirmation.objects.bulk_create(_confirmation(source, one) for one in applications)
    template = designs.active_version(source.programme)
    serials, issued_on = next_serials(source.programme, len(rows))
    issued = Certificate.objects.bulk_create(
        certificate_of(one, serial, template, issued_on=issued_on)
        for one, serial in zip(applications, serials, strict=True)
    )
    for row, application in zip(rows, applications, strict=True):
        row.application, row.status = application, RowStatus.ISSUED
    ImportRow.objects.bulk_update(rows, ["application", "status"])
    record_many(
        entry_of_row
        for row, certificate in zip(rows, issued, strict=True)
        for entry_of_row in _entries(source, row, certificate)
    )
    return issued


def _applied(source: Import, row: ImportRow) -> Application:
    now = timezone.now()
    application = Application(
        programme=source.programme,
        form=source.form,
        status=ApplicationStatus.APPROVED,
        answers=row.answers,
        dismissed_slips=_dismissed_slips(source, row),
        confirmed_at=now,
        decided_at=now,
    )
    application.duplicate_key = risks.duplicate_key(application)
    return application


def _entries(
    source: Import, row: ImportRow, certificate: Certificate
) -> Sequence[CertificateEvent]:
    return (
        certificate_event(
            certificate.application,
            CertificateEvent.Action.APPLICATION_IMPORTED,
            actor=source.uploaded_by,
            change=("", ApplicationStatus.APPROVED),
            evidence={"file": source.filename, "sha256": source.digest, "row": row.position},
        ),
        certificate_event(
            certificate.application,
            CertificateEvent.Action.ISSUED,
            actor=None,
            evidence={"number": certificate.number},
            certificate=certificate,
        ),
    )


def _dismissed_slips(source: Import, row: ImportRow) -> list[list[str]]:
    if row.status != RowStatus.DOUBTFUL:
        return []
    slips = reading.read(source.form.fields, row.answers).slips
    return [[key, slip.code, row.answers[key]] for key in slips for slip in slips[key]]


def _confirmation(source: Import, application: Application) -> Confirmation:
    """Return the registrar's confirmation of a row. It has no picture: none was shown."""
    return Confirmation(
        application=application,
        answers=application.answers,
        digest=digest(application.answers),
        dismissed_slips=application.dismissed_slips,
        warning=source.warning,
        language=source.language,
        ip=source.ip,
    )


@transaction.atomic(durable=True)
def finish_chunk(*, import_id: int) -> None:
    """Ask for the next chunk after the documents of one are made, or finish the import."""
    source = _lock(import_id)
    # A repeated task would start a third lane.
    if not outbox.once() or source.status != ImportStatus.RUNNING:
        return
    if source.rows.to_issue(with_doubtful=source.with_doubtful).exists():
        source.changed_at = timezone.now()
        source.save(update_fields=["changed_at"])
        _continue(source, lanes=1)
    # Both lanes end here; the status change lets only one of them publish the event.
    elif _move(source, ImportStatus.FINISHED):
        outbox.publish("import.finished", import_id=source.pk)


@transaction.atomic(durable=True)
def record_archive(*, import_id: int, name: str) -> bool:
    """Record the stored file as the archive; return False if the import has one already."""
    # Conditional, because the task may run twice and each run stores a file.
    unpacked = Import.objects.filter(pk=import_id, archive="")
    return bool(unpacked.update(archive=name, problem=""))

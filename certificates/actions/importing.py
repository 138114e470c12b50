from collections.abc import Mapping, Sequence
from typing import BinaryIO

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates import questions, risks
from certificates.actions._changes import record
from certificates.answers import digest
from certificates.models import Application, Confirmation, Import, ImportRow, Programme
from certificates.states import IMPORT_STEPS, ApplicationState, ImportState, RowState
from core import outbox
from core.errors import Conflict

VOUCHING = _(
    "You vouch for these rows in place of the people named in them: the documents are made from "
    "what the table says, letter by letter."
)
LANES = 2  # chains of tasks that issue side by side: one for each worker of a small machine
_ROWS_AT_ONCE = 1000


class NoForm(Conflict):
    code = "no_form"
    title = _("The programme has no form yet")


class NothingToIssue(Conflict):
    code = "nothing_to_issue"
    title = _("There is not one row without errors")


def _move(source: Import, to: ImportState, *, expected: ImportState | None = None) -> bool:
    """The one place where an import changes its state; the row must be locked."""
    if not IMPORT_STEPS.needs_change(ImportState(source.state), to, expected=expected):
        return False
    source.state = to
    source.changed_at = timezone.now()
    source.save(update_fields=["state", "changed_at"])
    return True


def _lock(import_id: int) -> Import:
    rows = Import.objects.select_for_update(of=("self",))
    source: Import = rows.select_related("programme", "form", "uploaded_by").get(pk=import_id)
    return source


@transaction.atomic(durable=True)
def begin_import(
    *, programme: Programme, actor: User, filename: str, content: BinaryIO, digest: str
) -> Import:
    """The import of this very file, begun before or now: one file is never issued twice."""
    form = programme.forms.newest()
    if form is None:
        raise NoForm
    begun: Import | None = programme.imports.filter(digest=digest).first()
    if begun is not None:
        return begun
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
    rows: Sequence[ImportRow],
) -> None:
    """Store the rows of a table that has been read and checked, in place of those before."""
    source = _lock(import_id)
    if not _move(source, ImportState.CHECKED):
        return
    source.header, source.columns = list(header), dict(columns)
    source.save(update_fields=["header", "columns"])
    source.rows.all().delete()
    ImportRow.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)


@transaction.atomic(durable=True)
def record_failure(*, import_id: int, problem: str) -> None:
    source = _lock(import_id)
    if _move(source, ImportState.FAILED):
        source.problem = problem
        source.save(update_fields=["problem"])


@transaction.atomic(durable=True)
def choose_columns(*, source: Import, columns: Mapping[str, int]) -> None:
    """Read the table anew with these columns; only while nothing has been issued."""
    locked = _lock(source.pk)
    if _move(locked, ImportState.UPLOADED, expected=ImportState.CHECKED):
        locked.columns = dict(columns)
        locked.save(update_fields=["columns"])
        outbox.publish("import.uploaded", import_id=locked.pk)


@transaction.atomic(durable=True)
def run_import(*, source: Import, with_doubtful: bool, language: str, address: str | None) -> None:
    """Issue all rows without errors; those with possible slips too, if the registrar says so.

    `language` and `address` are the registrar's: each row keeps them as its confirmation.
    """
    locked = _lock(source.pk)
    if not locked.rows.to_issue(with_doubtful=with_doubtful).exists():
        raise NothingToIssue
    if _move(locked, ImportState.RUNNING):
        locked.with_doubtful, locked.warning = with_doubtful, str(VOUCHING)
        locked.language, locked.address = language, address
        locked.save(update_fields=["with_doubtful", "warning", "language", "address"])
        _continue(locked, LANES)


@transaction.atomic(durable=True)
def pause_import(*, source: Import) -> None:
    _move(_lock(source.pk), ImportState.PAUSED)


@transaction.atomic(durable=True)
def resume_import(*, source: Import) -> None:
    locked = _lock(source.pk)
    if _move(locked, ImportState.RUNNING, expected=ImportState.PAUSED):
        _continue(locked, LANES)


def _continue(source: Import, lanes: int) -> None:
    for _lane in range(lanes):
        outbox.publish("import.continued", import_id=source.pk)


@transaction.atomic(durable=True)
def take_row(*, import_id: int) -> int | None:
    """Turn the next row of a running import into an approved application; returns its id.

    None when nothing is left or the import was paused. Rows that another task holds are passed
    over, and a row that was issued from another file before is marked so.
    """
    source = Import.objects.select_related("programme", "form", "uploaded_by").get(pk=import_id)
    if source.state != ImportState.RUNNING:
        return None
    waiting = source.rows.to_issue(with_doubtful=source.with_doubtful)
    for row in waiting.select_for_update(skip_locked=True).iterator(chunk_size=1):
        application = _issue_row(source, row)
        if application is not None:
            return application.pk
    return None


def _issue_row(source: Import, row: ImportRow) -> Application | None:
    try:
        with transaction.atomic():
            return _apply_for(source, row)
    except IntegrityError:
        row.application = None
        row.state = RowState.REPEATED
        row.save(update_fields=["state"])
        return None


def _apply_for(source: Import, row: ImportRow) -> Application:
    now = timezone.now()
    application = Application(
        programme=source.programme,
        form=source.form,
        state=ApplicationState.APPROVED,
        answers=row.answers,
        kept=_slips_left(source, row),
        confirmed_at=now,
        decided_at=now,
    )
    application.twin_digest = risks.twin_digest(application)
    application.save()
    _confirm(source, application)
    row.application = application
    row.state = RowState.ISSUED
    row.save(update_fields=["application", "state"])
    record(
        application,
        act="application.imported",
        actor=source.uploaded_by,
        change=("", ApplicationState.APPROVED),
        evidence={"file": source.filename, "sha256": source.digest, "row": row.position},
    )
    return application


def _slips_left(source: Import, row: ImportRow) -> list[list[str]]:
    if row.state != RowState.DOUBTFUL:
        return []
    slips = questions.read(questions.load(source.form.questions), row.answers).slips
    return [[key, slip.code, row.answers[key]] for key, found in slips.items() for slip in found]


def _confirm(source: Import, application: Application) -> None:
    """What the registrar vouched for; no picture was shown, so there is none to prove."""
    Confirmation.objects.create(
        application=application,
        answers=application.answers,
        digest=digest(application.answers),
        slips_kept=application.kept,
        warning=source.warning,
        language=source.language,
        address=source.address,
    )


@transaction.atomic(durable=True)
def conclude_lane(*, import_id: int) -> None:
    """After some rows: go on, or finish when none are left."""
    source = _lock(import_id)
    if source.state != ImportState.RUNNING:
        return
    if source.rows.to_issue(with_doubtful=source.with_doubtful).exists():
        source.changed_at = timezone.now()
        source.save(update_fields=["changed_at"])
        _continue(source, lanes=1)
    elif _move(source, ImportState.FINISHED):
        outbox.publish("import.finished", import_id=source.pk)


@transaction.atomic(durable=True)
def record_archive(*, import_id: int, name: str) -> bool:
    """Whether the file `name` in storage became the archive: False if there was one already."""
    return bool(Import.objects.filter(pk=import_id, archive="").update(archive=name))

import hashlib
from typing import BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import listings
from certificates.fields import FieldKind
from certificates.file_names import short_file_name
from certificates.imports import actions, jobs, layouts, namesakes
from certificates.imports.layouts import NOBODY, Layout
from certificates.imports.namesakes import People
from certificates.models import Import, Programme
from certificates.permissions import access_import, require_registrar
from certificates.states import LEFT_OUT, ImportProblem, ImportStatus
from certificates.web import import_pages
from core.errors import NotFound
from core.inputs import read_id
from core.paging import page
from core.web.http import HttpRequest
from core.web.inputs import OF_FILES, takes_body

_SHOWN = 50
_PASSING_PROBLEMS = {
    ImportProblem.UNEXPECTED,
    ImportProblem.TOO_LARGE,
    ImportProblem.UNREADABLE,
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    programme: "forms.ModelChoiceField[Programme]" = forms.ModelChoiceField(
        None, label=_("Programme"), empty_label=_("Choose the programme")
    )
    table = forms.FileField(
        label=_("Table, XLSX, ODS or CSV"),
        help_text=_("One row holds the names of the columns; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )

    def clean_table(self) -> "UploadedFile[bytes]":
        table: UploadedFile[bytes] = self.cleaned_data["table"]
        # Only the suffix is looked at here; the content is read in a child process with limits.
        if not (table.name or "").lower().endswith((".xlsx", ".ods", ".csv")):
            raise forms.ValidationError(
                _("Save the table as XLSX, ODS or CSV and choose it again.")
            )
        if (table.size or 0) > actions.LARGEST_TABLE:
            raise forms.ValidationError(actions.TABLE_TOO_LARGE)
        return table


@takes_body(OF_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    registrar = require_registrar(request.user, request.site)
    form = UploadForm(request.POST or None, request.FILES or None)
    field = cast("forms.ModelChoiceField[Programme]", form.fields["programme"])
    field.queryset = listings.programmes(request.site)
    if request.method == "POST" and form.is_valid():
        table: UploadedFile[bytes] = form.cleaned_data["table"]
        begun = actions.begin_import(
            programme=form.cleaned_data["programme"],
            actor=registrar,
            filename=table.name or "table",
            content=cast("BinaryIO", table.file),
            digest=_digest(table),
        )
        return redirect("certificates:import", import_id=begun.pk)
    shown = page(
        listings.imports(request.site),
        order=("-id",),
        cursor=request.GET.get("cursor", ""),
        size=_SHOWN,
    )
    context = {"form": form, "imports": shown.items, "next_cursor": shown.next_cursor}
    status = 422 if form.is_bound else 200
    return render(request, "certificates/registrar/imports.html", context, status=status)


def _digest(table: "UploadedFile[bytes]") -> str:
    checksum = hashlib.sha256()
    # In chunks: Django keeps larger uploads on disk, and they need not be in memory at once.
    for chunk in table.chunks():
        checksum.update(chunk)
    table.seek(0)
    return checksum.hexdigest()


@require_safe
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    source, _registrar = access_import(request.user, import_id)
    counts = source.rows.counts()
    context = {
        "source": source,
        "counts": counts,
        "total": sum(counts.values()),
        "done": counts["issued"],
        "planned": counts["issued"]
        + counts["ready"]
        + (counts["doubtful"] if source.with_doubtful else 0),
        "left_out_count": sum(counts[status] for status in LEFT_OUT),
    }
    if request.htmx:
        answer = render(request, "certificates/registrar/import_progress.html", context)
        if not source.is_at_work:
            answer["HX-Refresh"] = "true"  # what comes next is another page
        return answer
    context |= import_pages.reading_of(source)
    context |= import_pages.rows_of(
        source, cursor=request.GET.get("cursor", ""), left_cursor=request.GET.get("left", "")
    )
    context |= {
        "namesakes": import_pages.namesakes_of(source),
        "vouching": actions.VOUCHING,
        "can_be_retried": source.problem in _PASSING_PROBLEMS,
    }
    return render(request, "certificates/registrar/import.html", context)


@require_POST
def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    layout = _layout(request)
    read_anew = _reads_other_rows(layout, source)
    actions.choose_layout(
        source=source,
        actor=registrar,
        layout=layout,
        columns=None if read_anew else _columns(request, source),
    )
    return redirect("certificates:import", import_id=import_id)


def _layout(request: HttpRequest) -> Layout:
    return Layout(
        sheet=request.POST.get("layout-sheet", ""),
        encoding=request.POST.get("layout-encoding", ""),
        header_row=read_id(request.POST.get("layout-header-row", "")) or 0,
        with_hidden_rows="layout-hidden-rows" in request.POST,
    )


def _reads_other_rows(layout: Layout, source: Import) -> bool:
    """Return whether the columns on the page are those of another sheet or another header."""
    findings = source.findings
    return source.status != ImportStatus.CHECKED or any(
        chosen and chosen != findings.get(name)
        for name, chosen in (
            ("sheet", layout.sheet),
            ("encoding", layout.encoding),
            ("header_row", layout.header_row),
        )
    )


def _columns(request: HttpRequest, source: Import) -> dict[str, int]:
    chosen = dict[str, int]()
    for field in layouts.askable(source.form.fields):
        posted = request.POST.get(field.key, "")
        column = read_id(posted)
        if posted == str(NOBODY) and field.kind is FieldKind.PATRONYMIC:
            chosen[field.key] = NOBODY
        elif column is not None and column < len(source.header):
            chosen[field.key] = column
    return chosen


@require_POST
def retry(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    actions.retry_import(source=source, actor=registrar)
    return redirect("certificates:import", import_id=import_id)


@require_POST
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    actions.run_import(
        source=source,
        actor=registrar,
        with_doubtful="with_doubtful" in request.POST,
        language=get_language() or "ru",
        ip=request.ip,
        people=_people(request, source),
    )
    return redirect("certificates:import", import_id=import_id)


def _people(request: HttpRequest, source: Import) -> dict[int, People]:
    """Return the answers, one for each group or one for all; a group without one is left out."""
    answers = {
        group.position: request.POST.get(
            import_pages.question_name(group),
            request.POST.get(import_pages.common_question_name(group), ""),
        )
        for group in namesakes.of_import(source)
    }
    return {
        position: People(answer) for position, answer in answers.items() if answer in set(People)
    }


@require_POST
def pause(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    actions.pause_import(source=source, actor=registrar)
    return redirect("certificates:import", import_id=import_id)


@require_POST
def resume(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    actions.resume_import(source=source, actor=registrar)
    return redirect("certificates:import", import_id=import_id)


@require_POST
def pack(request: HttpRequest, import_id: int) -> HttpResponse:
    source, registrar = access_import(request.user, import_id)
    actions.pack_again(source=source, actor=registrar)
    return redirect("certificates:import", import_id=import_id)


@require_safe
def mend(request: HttpRequest, import_id: int) -> HttpResponse:
    source, _registrar = access_import(request.user, import_id)
    answer = HttpResponse(jobs.rows_to_mend(source), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="mend-{source.pk}.xlsx"'
    return answer


@require_safe
def archive(request: HttpRequest, import_id: int) -> FileResponse:
    source, _registrar = access_import(request.user, import_id)
    if source.status != ImportStatus.FINISHED or not source.archive:
        raise NotFound
    return FileResponse(
        source.archive.open("rb"), filename=short_file_name(source.programme.title, ".zip")
    )

import hashlib
from typing import BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates import listings
from certificates.form.kinds import is_file
from certificates.imports import actions, jobs
from certificates.models import Programme
from certificates.permissions import access_import, require_registrar
from certificates.states import ImportStatus
from core.errors import NotFound
from core.paging import page
from core.web.http import HttpRequest

_LARGEST = 10 * 1024 * 1024
_SHOWN = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    programme: "forms.ModelChoiceField[Programme]" = forms.ModelChoiceField(
        None, label=_("Programme")
    )
    table = forms.FileField(
        label=_("Table, XLSX or CSV"),
        help_text=_("The first row holds the names of the columns; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_table(self) -> "UploadedFile[bytes]":
        table: UploadedFile[bytes] = self.cleaned_data["table"]
        # Only the suffix is looked at here; the content is read in a child process with limits.
        if not (table.name or "").lower().endswith((".xlsx", ".csv")):
            raise forms.ValidationError(_("Save the table as XLSX or CSV and choose it again."))
        if (table.size or 0) > _LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 10 MB: divide the table into several files.")
            )
        return table


@require_http_methods(["GET", "POST"])
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


@require_GET
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    source = access_import(request.user, import_id)
    counts = source.rows.counts()
    done = counts["issued"] + counts["repeated"]
    planned = done + counts["ready"] + (counts["doubtful"] if source.with_doubtful else 0)
    context = {
        "source": source,
        "counts": counts,
        "total": sum(counts.values()),
        "done": done,
        "planned": planned,
    }
    if request.htmx:
        answer = render(request, "certificates/registrar/import_progress.html", context)
        if not source.is_at_work:
            answer["HX-Refresh"] = "true"  # what comes next is another page
        return answer
    cursor = request.GET.get("cursor", "")
    rows = page(source.rows.to_mend(), order=("position",), cursor=cursor, size=_SHOWN)
    fields = source.form.fields
    labels = {field.key: field.label_in(get_language()) for field in fields}
    context |= {
        "rows": [
            (row, [(labels[key], row.answers.get(key, ""), row.faults[key]) for key in row.faults])
            for row in rows.items
        ],
        "next_cursor": rows.next_cursor,
        "vouching": actions.VOUCHING,
        "fields": [
            (field.key, labels[field.key], source.columns.get(field.key))
            for field in fields
            if not is_file(field)
        ],
    }
    return render(request, "certificates/registrar/import.html", context)


@require_POST
def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    source = access_import(request.user, import_id)
    chosen = {
        field.key: int(at)
        for field in source.form.fields
        if (at := request.POST.get(field.key, "")).isdigit() and int(at) < len(source.header)
    }
    actions.choose_columns(source=source, columns=chosen)
    return redirect("certificates:import", import_id=import_id)


@require_POST
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    actions.run_import(
        source=access_import(request.user, import_id),
        with_doubtful="with_doubtful" in request.POST,
        language=get_language() or "ru",
        ip=request.ip,
    )
    return redirect("certificates:import", import_id=import_id)


@require_POST
def pause(request: HttpRequest, import_id: int) -> HttpResponse:
    actions.pause_import(source=access_import(request.user, import_id))
    return redirect("certificates:import", import_id=import_id)


@require_POST
def resume(request: HttpRequest, import_id: int) -> HttpResponse:
    actions.resume_import(source=access_import(request.user, import_id))
    return redirect("certificates:import", import_id=import_id)


@require_GET
def mend(request: HttpRequest, import_id: int) -> HttpResponse:
    source = access_import(request.user, import_id)
    answer = HttpResponse(jobs.rows_to_mend(source), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="mend-{source.pk}.xlsx"'
    return answer


@require_GET
def archive(request: HttpRequest, import_id: int) -> FileResponse:
    source = access_import(request.user, import_id)
    if source.status != ImportStatus.FINISHED or not source.archive:
        raise NotFound
    return FileResponse(source.archive.open("rb"), filename=f"{source.programme.title}.zip")

"""Word lists: what they hold, trying them out, and what a change would have done."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import actions
from comments.house_rules.word_lists import new_name
from comments.models import DryRun, WordListVersion
from comments.permissions import (
    access_current_word_lists,
    access_dry_run,
    access_word_list,
    access_word_list_version,
    access_word_lists,
)
from comments.web.desk.comparing import compared_lines
from comments.web.desk.forms.words import NewWordListForm, WordListForm
from comments.web.desk.marking import marked
from core.errors import DomainError
from core.web.doors import posted_from
from core.web.http import HttpRequest
from core.web.inputs import LARGE, takes_body


@require_safe
def word_lists(request: HttpRequest) -> HttpResponse:
    lists = access_current_word_lists(request.user, request.site)
    return render(request, "comments/desk/words.html", {"lists": lists})


@takes_body(LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    access_word_lists(request.user, request.site)
    form = NewWordListForm(request.POST or None)
    if form.is_valid() and (
        published := _publish(request, form, new_name(request.site, form.cleaned_data["name"]))
    ):
        return redirect("comments:desk-word-list", published.name)
    return _editor(request, form, [])


@takes_body(LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def word_list(request: HttpRequest, name: str) -> HttpResponse:
    versions = access_word_list(request.user, request.site, name)
    current = versions[0]
    form = WordListForm(
        request.POST or None,
        initial={
            "name": current.label,
            "kind": current.kind,
            "entries": "\n".join(current.entries),
        },
    )
    if _publish(request, form, name):
        return redirect("comments:desk-word-list", name)
    return _editor(request, form, versions)


@takes_body(LARGE)
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """Show where the unsaved entries match the sample text."""
    access_word_lists(request.user, request.site)
    text = request.POST.get("trial", "")
    # Not by the form: a list can be tried before its other fields are filled in.
    entries = [line.strip() for line in request.POST.get("entries", "").splitlines()]
    try:
        matches = actions.try_out(entries=[line for line in entries if line], text=text)
    except DomainError as error:
        return render(request, "comments/desk/trial.html", {"error": error})
    shown = {"pieces": marked(text, matches), "matches": matches, "is_empty": not text.strip()}
    return render(request, "comments/desk/trial.html", shown)


@takes_body(LARGE)
@posted_from("comments:desk-word-list")
def start(request: HttpRequest, name: str) -> HttpResponse:
    versions = access_word_list(request.user, request.site, name)
    editor = access_word_lists(request.user, request.site)
    form = WordListForm(request.POST)
    if run := form.carry_out(
        lambda: actions.start_dry_run(site=request.site, entries=form.lines, editor=editor)
    ):
        return redirect("comments:desk-dry-run", name, run.pk)
    return _editor(request, form, versions)


@require_safe
def dry_run(request: HttpRequest, name: str, dry_run_id: int) -> HttpResponse:
    versions = access_word_list(request.user, request.site, name)
    run, _person = access_dry_run(request.user, dry_run_id)
    if request.htmx:
        return render(request, "comments/desk/dry_run.html", {"run": run, "name": name})
    form = WordListForm(initial={"kind": versions[0].kind, "entries": "\n".join(run.entries)})
    return _editor(request, form, versions, run=run)


@posted_from("comments:desk-dry-run")
def resume(request: HttpRequest, name: str, dry_run_id: int) -> HttpResponse:
    access_word_list(request.user, request.site, name)
    run, editor = access_dry_run(request.user, dry_run_id)
    actions.resume_dry_run(run=run, editor=editor)
    return redirect("comments:desk-dry-run", name, dry_run_id)


@require_safe
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Compare a version with the one before it."""
    version, before = access_word_list_version(request.user, request.site, name, number)
    changes = compared_lines(before.entries if before else [], version.entries)
    shown = {"version": version, "before": before, "changes": changes}
    return render(request, "comments/desk/words_version.html", shown)


def _publish(request: HttpRequest, form: WordListForm, name: str) -> WordListVersion | None:
    """None where the form is not valid, or was refused."""
    editor = access_word_lists(request.user, request.site)
    published = form.carry_out(
        lambda: actions.publish_word_list(
            site=request.site,
            name=name,
            title=form.title_of(name),
            kind=WordListVersion.Kind(form.cleaned_data["kind"]),
            entries=form.lines,
            actor=editor,
        )
    )
    if published is None:
        return None
    message = _("Published: texts are screened by version %(number)s from now on.")
    messages.success(request, message % {"number": published.number})
    return published


def _editor(
    request: HttpRequest,
    form: WordListForm,
    versions: Sequence[WordListVersion],
    *,
    run: DryRun | None = None,
) -> HttpResponse:
    shown = {"form": form, "versions": versions, "current": next(iter(versions), None), "run": run}
    status = 422 if form.errors else 200
    return render(request, "comments/desk/word_list.html", shown, status=status)

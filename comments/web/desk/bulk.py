from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import actions
from comments.models import Batch, BatchItem
from comments.moderation.bulk_preview import selection
from comments.permissions import access_batch, access_desk
from comments.states import BatchStage, Decision
from comments.web.desk.forms.decisions import BulkForm, ChoiceForm
from core.web.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    if request.method == "POST":
        return _start(request)
    choice = ChoiceForm(request.GET, site=request.site, asker=request.user)
    return _page(request, choice, BulkForm(site=request.site))


def _start(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    choice = ChoiceForm(request.POST, site=request.site, asker=request.user)
    form = BulkForm(request.POST, site=request.site)
    chosen = choice.chosen
    batch = form.carry_out(
        lambda: actions.decide_in_bulk(
            site=request.site,
            decision=Decision(form.cleaned_data["decision"]),
            editor=editor,
            comment_ids=chosen.ids,
            author_id=chosen.person.pk if chosen.person else None,
            since=chosen.since,
            rule_code=form.rule_code,
            note=form.cleaned_data["note"],
        )
    )
    if batch is None:
        return _page(request, choice, form)
    return redirect("comments:desk-batch", batch.pk)


def _page(request: HttpRequest, choice: ChoiceForm, form: BulkForm) -> HttpResponse:
    shown = {
        "form": form,
        "choice": choice,
        "chosen": choice.chosen,
        "selection": selection(request.site, choice.chosen),
    }
    return render(request, "comments/desk/bulk.html", shown, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk decision has come; `total` is all that it is about."""

    batch: Batch
    total: int
    done: int
    skipped: int
    undone: int

    @property
    def is_running(self) -> bool:
        return self.batch.stage in {BatchStage.RUNNING, BatchStage.UNDOING}

    @property
    def may_be_undone(self) -> bool:
        return self.batch.stage == BatchStage.DONE and self.done > 0

    @property
    def settled(self) -> int:
        """Of the total: forwards while it runs, and again from nothing while it is undone."""
        if self.batch.stage in {BatchStage.UNDOING, BatchStage.UNDONE}:
            return self.undone + self.skipped
        return self.done + self.skipped


def progress_of(batch: Batch) -> Progress:
    fates = batch.progress
    fate = BatchItem.Fate
    return Progress(
        batch,
        total=sum(fates.values()),
        done=fates.get(fate.DONE, 0),
        skipped=fates.get(fate.SKIPPED, 0),
        undone=fates.get(fate.UNDONE, 0),
    )


@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    found, _editor = access_batch(request.user, batch_id)
    name = "comments/desk/batch_state.html" if request.htmx else "comments/desk/batch.html"
    return render(request, name, {"progress": progress_of(found)})


@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    found, editor = access_batch(request.user, batch_id)
    actions.undo_batch(batch=found, editor=editor)
    return redirect("comments:desk-batch", found.pk)

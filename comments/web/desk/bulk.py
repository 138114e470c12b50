from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from comments import actions
from comments.models import BulkDecision
from comments.moderation.bulk_preview import selection
from comments.permissions import access_bulk_decision, access_desk
from comments.states import BulkDecisionStatus, ItemStatus
from comments.web.desk.forms.decisions import BulkForm, ChoiceForm
from core.web.doors import posted_from
from core.web.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    if request.method == "POST":
        return _start(request)
    # Opened by a link from the queue or from a person's card, so the choice is in the URL.
    choice = ChoiceForm(request.GET, site=request.site, asker=request.user)
    return _page(request, choice, BulkForm(site=request.site))


def _start(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    # The ids are posted again and filtered by site: the browser's list proves nothing.
    choice = ChoiceForm(request.POST, site=request.site, asker=request.user)
    form = BulkForm(request.POST, site=request.site)
    bulk_decision = form.carry_out(
        lambda: actions.make_bulk_decision(
            site=request.site,
            decision=form.chosen_decision,
            editor=editor,
            target=choice.target,
        )
    )
    if bulk_decision is None:
        return _page(request, choice, form)
    return redirect("comments:desk-bulk-decision", bulk_decision.pk)


def _page(request: HttpRequest, choice: ChoiceForm, form: BulkForm) -> HttpResponse:
    shown = {
        "form": form,
        "choice": choice,
        "person": choice.author,
        "selection": selection(request.site, choice.target),
    }
    return render(
        request, "comments/desk/new_bulk_decision.html", shown, status=422 if form.errors else 200
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many comments of a bulk decision have which status; `total` is all of them."""

    bulk_decision: BulkDecision
    total: int
    done: int
    skipped: int
    undone: int

    @property
    def is_running(self) -> bool:
        return self.bulk_decision.status in {BulkDecisionStatus.RUNNING, BulkDecisionStatus.UNDOING}

    @property
    def can_be_undone(self) -> bool:
        return self.bulk_decision.status == BulkDecisionStatus.DONE and self.done > 0

    @property
    def has_failed(self) -> bool:
        return self.bulk_decision.status == BulkDecisionStatus.FAILED

    @property
    def finished(self) -> int:
        """How many are through: while it is undone, the count starts again from zero."""
        if self.bulk_decision.is_undoing:
            return self.undone + self.skipped
        return self.done + self.skipped


def progress_of(bulk_decision: BulkDecision) -> Progress:
    counts = bulk_decision.progress
    return Progress(
        bulk_decision,
        total=sum(counts.values()),
        done=counts.get(ItemStatus.DONE, 0),
        skipped=counts.get(ItemStatus.SKIPPED, 0),
        undone=counts.get(ItemStatus.UNDONE, 0),
    )


@require_safe
def bulk_decision(request: HttpRequest, bulk_decision_id: int) -> HttpResponse:
    bulk_decision, _editor = access_bulk_decision(request.user, bulk_decision_id)
    name = (
        "comments/desk/bulk_decision_status.html"
        if request.htmx
        else "comments/desk/bulk_decision.html"
    )
    return render(request, name, {"progress": progress_of(bulk_decision)})


@posted_from("comments:desk-bulk-decision")
def undo(request: HttpRequest, bulk_decision_id: int) -> HttpResponse:
    bulk_decision, editor = access_bulk_decision(request.user, bulk_decision_id)
    actions.undo_bulk_decision(bulk_decision=bulk_decision, editor=editor)
    return redirect("comments:desk-bulk-decision", bulk_decision.pk)


@posted_from("comments:desk-bulk-decision")
def resume(request: HttpRequest, bulk_decision_id: int) -> HttpResponse:
    bulk_decision, editor = access_bulk_decision(request.user, bulk_decision_id)
    actions.resume_bulk_decision(bulk_decision=bulk_decision, editor=editor)
    return redirect("comments:desk-bulk-decision", bulk_decision.pk)

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments import actions, queues
from comments.models import Comment
from comments.permissions import access_comment_to_decide, access_desk
from comments.states import Decision, Queue, State
from comments.web.forms import DecisionForm
from core.errors import DomainError
from core.web.http import HttpRequest


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    asked = request.GET.get("queue", "")
    queue = Queue(asked) if asked in set(Queue) else Queue.NEWEST
    context = {
        "queue": queue,
        "tabs": queues.tabs(request.site),
        "page": queues.queue_page(request.site, queue, cursor=request.GET.get("after", "")),
    }
    return render(request, "comments/desk.html", context)


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    found, _editor = access_comment_to_decide(request.user, comment_id)
    return _page(request, found, DecisionForm(initial={"expected": found.state}))


@require_POST
def decide(request: HttpRequest, comment_id: int) -> HttpResponse:
    found, editor = access_comment_to_decide(request.user, comment_id)
    form = DecisionForm(request.POST)
    form.show_rules_of(found.thread.site)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        actions.decide(
            comment=found,
            editor=editor,
            decision=Decision(form.cleaned_data["decision"]),
            expected=State(form.cleaned_data["expected"]),
            rule_code=form.rule_code,
            note=form.cleaned_data["note"],
        )
    except DomainError as error:
        return _decided_otherwise(request, found, error)
    messages.success(request, _("Done, and recorded."))
    return redirect("comments:desk")


def _decided_otherwise(request: HttpRequest, found: Comment, error: DomainError) -> HttpResponse:
    """The page of the comment as it is now, with all that the editor had typed."""
    found.refresh_from_db()
    typed = request.POST.copy()
    typed["expected"] = found.state
    form = DecisionForm(typed)
    form.show_rules_of(found.thread.site)
    form.refuse(error)
    return _page(request, found, form, status=error.status)


def _page(
    request: HttpRequest, found: Comment, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    form.show_rules_of(found.thread.site)
    context = {
        "comment": found,
        "form": form,
        "decisions": actions.possible(State(found.state)),
        "events": found.events.select_related("rule__version", "revision"),
        "revisions": found.revisions.all(),
    }
    return render(request, "comments/desk_comment.html", context, status=status)

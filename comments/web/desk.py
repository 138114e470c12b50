from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import access_person
from comments import actions, queues
from comments.actions.claims import ClaimedByAnother
from comments.dossiers import dossier
from comments.models import Comment, Rule
from comments.permissions import access_comment_to_decide, access_desk
from comments.states import Decision, Queue, State
from comments.web.forms import DecisionForm, SearchForm
from core.errors import DomainError
from core.web.http import HttpRequest


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    asked = request.GET.get("queue", "")
    queue = Queue(asked) if asked in set(Queue) else Queue.HELD
    search = SearchForm(request.GET, site=request.site)
    cursor = request.GET.get("after", "")
    context = {
        "queue": queue,
        "tabs": queues.tabs(request.site),
        "search": search,
        "is_search": any(request.GET.get(name) for name in search.fields),
        "rules": Rule.objects.in_force(request.site),
        "page": queues.queue_page(request.site, queue, cursor=cursor, sought=search.sought),
    }
    return render(request, "comments/desk.html", context)


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    found, _editor = access_comment_to_decide(request.user, comment_id)
    return _page(request, found, DecisionForm(initial={"expected": found.state}))


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    found = access_person(request.user, user_id, request.site)
    return render(request, "comments/desk_person.html", {"dossier": dossier(found, request.site)})


@require_POST
def decide(request: HttpRequest, comment_id: int) -> HttpResponse:
    found, editor = access_comment_to_decide(request.user, comment_id)
    form = DecisionForm(request.POST)
    form.show_rules_of(found.thread.site)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        decided = actions.decide(
            comment=found,
            editor=editor,
            decision=Decision(form.cleaned_data["decision"]),
            expected=State(form.cleaned_data["expected"]),
            rule_code=form.rule_code,
            note=form.cleaned_data["note"],
        )
    except DomainError as error:
        return _decided_otherwise(request, found, error)
    if request.htmx:
        return _item(request, decided, is_done=True)
    messages.success(request, _("Done, and recorded."), extra_tags=f"draft-done:note:{found.pk}")
    return redirect("comments:desk")


@require_POST
def undo(request: HttpRequest, comment_id: int) -> HttpResponse:
    found, editor = access_comment_to_decide(request.user, comment_id)
    undone = actions.undo_decision(comment=found, editor=editor)
    if request.htmx:
        return _item(request, undone)
    messages.success(request, _("Undone, and recorded."))
    return redirect("comments:desk")


@require_POST
def claim(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Says who else is looking, if somebody is."""
    found, editor = access_comment_to_decide(request.user, comment_id)
    try:
        actions.claim_comment(comment=found, editor=editor)
    except ClaimedByAnother as error:
        return render(request, "comments/desk_claim.html", {"name": error.extra["editor"]})
    return HttpResponse()


def _decided_otherwise(request: HttpRequest, found: Comment, error: DomainError) -> HttpResponse:
    """The comment as it is now, with all that the editor had typed."""
    found.refresh_from_db()
    if request.htmx:
        response = _item(request, found, error=error)
        response.headers["HX-Retarget"] = f"#comment-{found.pk}"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    typed = request.POST.copy()
    typed["expected"] = found.state
    form = DecisionForm(typed)
    form.show_rules_of(found.thread.site)
    form.refuse(error)
    return _page(request, found, form, status=error.status)


def _item(
    request: HttpRequest,
    found: Comment,
    *,
    is_done: bool = False,
    error: DomainError | None = None,
) -> HttpResponse:
    """One comment of a queue after an act, with the counts of the queues as they are now."""
    context = {
        "comment": found,
        "is_done": is_done,
        "error": error,
        "last_event": found.events.select_related("rule").last(),
        "note": request.POST.get("note", ""),
        "rules": Rule.objects.in_force(found.thread.site),
        "tabs": queues.tabs(found.thread.site),
    }
    return render(
        request, "comments/desk_entry.html", context, status=error.status if error else 200
    )


def _page(
    request: HttpRequest, found: Comment, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    form.show_rules_of(found.thread.site)
    form.about(found.pk)
    context = {
        "comment": found,
        "form": form,
        "decisions": actions.possible(State(found.state), reported=bool(found.open_reports)),
        "events": found.events.select_related("rule__version", "revision"),
        "revisions": found.revisions.all(),
        "conversation": Comment.objects.around(found),
    }
    return render(request, "comments/desk_comment.html", context, status=status)

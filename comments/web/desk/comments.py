from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from comments import actions
from comments.models import Comment
from comments.models.rulebook import rules_in_force
from comments.moderation import queues
from comments.moderation.claims import ClaimedByAnother
from comments.moderation.history import conversation, user_summary
from comments.permissions import access_comment_for_decision
from comments.states import State
from comments.web.desk.forms.decisions import DecisionForm
from comments.web.desk.queue_items import queue_item
from core.errors import DomainError
from core.web.doors import posted_from
from core.web.http import HttpRequest

DECIDED = "otklik:decided"


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, editor = access_comment_for_decision(request.user, comment_id)
    return _page(request, comment, editor)


@require_safe
def context(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Show a comment's conversation, author and history."""
    comment, _editor = access_comment_for_decision(request.user, comment_id)
    return render(request, "comments/desk/context.html", _surroundings(comment))


@posted_from("comments:desk-comment")
def decide(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, editor = access_comment_for_decision(request.user, comment_id)
    form = DecisionForm(request.POST)
    try:
        decided = actions.decide(
            comment=comment,
            editor=editor,
            decision=form.chosen_decision,
            expected=State(form.cleaned_data["expected"]),
        )
    except DomainError as error:
        # Also for a stale decision: the editor sees what the comment is now, and keeps the typed
        # note.
        return _refused(request, comment, editor, error)
    if request.htmx:
        return _entry(request, decided, editor)
    drafts = f"draft-done:note:{comment.pk} draft-done:explanation:{comment.pk}"
    messages.success(request, _("Done, and recorded."), extra_tags=drafts)
    return redirect("comments:desk-comment", comment.pk)


@posted_from("comments:desk-comment")
def undo(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, editor = access_comment_for_decision(request.user, comment_id)
    try:
        undone = actions.undo_decision(comment=comment, editor=editor)
    except DomainError as error:
        return _refused(request, comment, editor, error)
    if request.htmx:
        return _entry(request, undone, editor)
    messages.success(request, _("Undone, and recorded."))
    return redirect("comments:desk-comment", comment.pk)


@require_POST
def claim(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Claim the comment, or name the editor who holds the claim."""
    comment, editor = access_comment_for_decision(request.user, comment_id)
    try:
        actions.claim_comment(comment=comment, editor=editor)
    except ClaimedByAnother as error:
        # No error: the editor may still decide, and is only told who else is looking.
        return render(request, "comments/desk/claim.html", {"viewed_by": error.extra["editor"]})
    return HttpResponse()


@require_POST
def release(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, editor = access_comment_for_decision(request.user, comment_id)
    actions.release_comment(comment=comment, editor=editor)
    return HttpResponse(status=204)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("note", "explanation")}


def _refused(
    request: HttpRequest, comment: Comment, editor: User, error: DomainError
) -> HttpResponse:
    """Show the comment's present state and everything the editor typed."""
    comment.refresh_from_db()
    if not request.htmx:
        return _page(request, comment, editor, error=error)
    response = _entry(request, comment, editor, error=error)
    # htmx swaps a 4xx answer in only where this header says: docs/pages.md.
    response.headers["HX-Retarget"] = f"#comment-{comment.pk}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _entry(
    request: HttpRequest, comment: Comment, editor: User, *, error: DomainError | None = None
) -> HttpResponse:
    """Render one comment of a queue after an action, with current queue counts."""
    shown = {
        "queue_item": queue_item(comment, editor, error=error, **_typed(request)),
        "rules": rules_in_force(comment.thread.site),
        "tabs": queues.tabs(comment.thread.site),
    }
    status = error.status if error else 200
    response = render(request, "comments/desk/entry.html", shown, status=status)
    # The page of one comment loads its history again on this event: comments/desk/comment.html.
    response.headers["HX-Trigger"] = DECIDED
    return response


def _page(
    request: HttpRequest, comment: Comment, editor: User, *, error: DomainError | None = None
) -> HttpResponse:
    shown = _surroundings(comment) | {
        "queue_item": queue_item(comment, editor, error=error, **_typed(request)),
        "rules": rules_in_force(comment.thread.site),
    }
    status = error.status if error else 200
    return render(request, "comments/desk/comment.html", shown, status=status)


def _surroundings(comment: Comment) -> dict[str, object]:
    return {
        "comment": comment,
        "conversation": conversation(comment),
        "summary": user_summary(comment.author, comment.thread.site) if comment.author else None,
        "events": comment.events.select_related("rule__version", "revision"),
        "revisions": comment.revisions.all(),
        "reports": comment.reports.select_related("rule", "reporter"),
    }

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from comments import actions
from comments.models import Appeal
from comments.moderation import queues
from comments.moderation.appeals import others_decide
from comments.permissions import access_appeal, access_desk
from comments.states import AppealStatus
from comments.web.desk.forms.appeals import AppealDecisionForm
from core.errors import DomainError
from core.web.doors import posted_from
from core.web.http import HttpRequest


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    requested = request.GET.get("status", "")
    is_known = requested in set(AppealStatus)
    status = AppealStatus(requested) if is_known else AppealStatus.OPEN
    page = queues.appeals_page(request.site, status, cursor=request.GET.get("after", ""))
    shown = {
        "page": page,
        "status": status,
        "statuses": AppealStatus,
        "open_count": queues.open_appeals(request.site),
        "editor": editor,
        # The only editor of a publication may decide on the appeal, too.
        "others_decide": others_decide(editor, request.site),
    }
    return render(request, "comments/desk/appeals.html", shown)


@require_safe
def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    appeal, editor = access_appeal(request.user, appeal_id)
    return _page(request, appeal, editor, AppealDecisionForm())


@posted_from("comments:desk-appeal")
def decide(request: HttpRequest, appeal_id: int) -> HttpResponse:
    appeal, editor = access_appeal(request.user, appeal_id)
    form = AppealDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, appeal, editor, form, status=422)
    try:
        actions.decide_appeal(
            appeal=appeal,
            editor=editor,
            grant=form.cleaned_data["outcome"] == AppealStatus.GRANTED,
            answer=form.cleaned_data["answer"],
            note=form.cleaned_data["note"],
        )
    except DomainError as error:
        form.refuse(error)
        appeal, _editor = access_appeal(request.user, appeal_id)
        # Loaded again above: another editor may have decided the appeal, and the page shows how.
        return _page(request, appeal, editor, form, status=error.status)
    messages.success(request, _("The appeal is decided; the author is written to."))
    return redirect("comments:desk-appeals")


def _page(
    request: HttpRequest,
    appeal: Appeal,
    editor: User,
    form: AppealDecisionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    form.about(appeal.pk)
    is_open = appeal.status == AppealStatus.OPEN
    site = appeal.comment.thread.site
    is_own = is_open and appeal.decision.actor_id == editor.pk and others_decide(editor, site)
    shown = {
        "appeal": appeal,
        "form": form,
        "is_own": is_own,
        "can_decide": is_open and not is_own,
    }
    return render(request, "comments/desk/appeal.html", shown, status=status)

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import actions
from comments.moderation import queues
from comments.permissions import access_complaint, access_desk
from core.errors import DomainError
from core.web.doors import posted_from
from core.web.http import HttpRequest


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """List complaints about the publication's work and the delivery of each e-mail."""
    access_desk(request.user, request.site)
    page = queues.complaints_page(request.site, cursor=request.GET.get("after", ""))
    return render(request, "comments/desk/complaints.html", {"page": page})


@require_safe
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    complaint, _editor = access_complaint(request.user, complaint_id)
    return render(request, "comments/desk/complaint.html", {"complaint": complaint})


@posted_from("comments:desk-complaint")
def resend(request: HttpRequest, complaint_id: int) -> HttpResponse:
    complaint, editor = access_complaint(request.user, complaint_id)
    try:
        actions.resend_complaint(complaint=complaint, editor=editor)
    except DomainError as error:
        # There is no form to show the refusal in: the page has a button alone.
        messages.error(request, str(error))
    else:
        messages.success(request, _("The e-mail is on its way again."))
    return redirect("comments:desk-complaint", complaint.pk)

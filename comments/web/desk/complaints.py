from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.dossiers import complaint_page
from comments.permissions import access_desk
from core.web.http import HttpRequest


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """What was passed on to the publication's address."""
    access_desk(request.user, request.site)
    page = complaint_page(request.site, cursor=request.GET.get("after", ""))
    return render(request, "comments/desk/complaints.html", {"page": page})

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import queues
from comments.permissions import access_desk
from core.web.http import HttpRequest


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """What readers hold against the publication's own work, and what became of each letter."""
    access_desk(request.user, request.site)
    page = queues.complaints_page(request.site, cursor=request.GET.get("after", ""))
    return render(request, "comments/desk/complaints.html", {"page": page})

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import access_person
from comments.dossiers import dossier
from core.web.http import HttpRequest


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    found = access_person(request.user, user_id, request.site)
    return render(request, "comments/desk/person.html", {"dossier": dossier(found, request.site)})

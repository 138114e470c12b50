from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import access_person
from comments.moderation.history import user_history
from comments.web.desk.forms.sanctions import SanctionForm
from core.web.http import HttpRequest


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    person = access_person(request.user, user_id, request.site)
    return person_page(request, person, SanctionForm(site=request.site))


def person_page(request: HttpRequest, person: User, form: SanctionForm) -> HttpResponse:
    shown = {"history": user_history(person, request.site), "form": form}
    status = 422 if form.errors else 200
    return render(request, "comments/desk/person.html", shown, status=status)

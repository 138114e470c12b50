from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from comments import actions
from comments.moderation.history import user_history
from comments.permissions import access_desk, access_person
from comments.web.desk.forms.people import UserNoteForm
from comments.web.desk.forms.sanctions import PersonSanctionForm
from core.web.doors import posted_from
from core.web.http import HttpRequest


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    person = access_person(request.user, user_id, request.site)
    return person_page(request, person, form=PersonSanctionForm(site=request.site))


@posted_from("comments:desk-person")
def add_note(request: HttpRequest, user_id: int) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    person = access_person(request.user, user_id, request.site)
    form = UserNoteForm(request.POST)
    if form.carry_out(
        lambda: actions.add_user_note(
            person=person, site=request.site, editor=editor, text=form.cleaned_data["text"]
        )
    ):
        messages.success(request, _("The note is saved. Only editors see it."))
        return redirect("comments:desk-person", person.pk)
    return person_page(request, person, note_form=form)


def person_page(
    request: HttpRequest,
    person: User,
    *,
    form: PersonSanctionForm | None = None,
    note_form: UserNoteForm | None = None,
) -> HttpResponse:
    form = form or PersonSanctionForm(site=request.site)
    note_form = note_form or UserNoteForm()
    shown = {"history": user_history(person, request.site), "form": form, "note_form": note_form}
    status = 422 if form.errors or note_form.errors else 200
    return render(request, "comments/desk/person.html", shown, status=status)

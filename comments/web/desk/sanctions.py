from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import Subject, lift_sanction
from accounts.models import Sanction, User
from accounts.permissions import access_sanction
from comments import actions
from comments.actions import BulkTarget, Decision, DecisionKind
from comments.models import BulkDecision
from comments.moderation.history import sanction_page
from comments.permissions import access_desk, access_person
from comments.web.desk.forms.sanctions import PersonSanctionForm, WideSanctionForm
from comments.web.desk.people import person_page
from core.errors import InvalidInput
from core.web.doors import posted_from
from core.web.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def sanctions(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    form = WideSanctionForm(request.POST or None, site=request.site)
    if form.carry_out(
        lambda: actions.impose_sanction_under_rule(
            site=request.site,
            kind=Sanction.Kind(form.cleaned_data["kind"]),
            subject=form.subject,
            rule_code=form.rule_code,
            editor=editor,
            message=form.cleaned_data["message"],
            note=form.cleaned_data["note"],
            ends_at=form.ends_at,
        )
    ):
        messages.success(request, _("The sanction is in force, and recorded."))
        return redirect("comments:desk-sanctions")
    page = sanction_page(request.site, cursor=request.GET.get("after", ""))
    shown = {"page": page, "form": form}
    status = 422 if form.errors else 200
    return render(request, "comments/desk/sanctions.html", shown, status=status)


@posted_from("comments:desk-person")
def impose(request: HttpRequest, user_id: int) -> HttpResponse:
    """From the person's card."""
    editor = access_desk(request.user, request.site)
    person = access_person(request.user, user_id, request.site)
    form = PersonSanctionForm(request.POST, site=request.site)
    if form.carry_out(
        lambda: actions.impose_sanction_under_rule(
            site=request.site,
            subject=Subject.person(person),
            kind=Sanction.Kind(form.cleaned_data["kind"]),
            editor=editor,
            rule_code=form.rule_code,
            message=form.cleaned_data["message"],
            note=form.cleaned_data["note"],
            ends_at=form.ends_at,
        )
    ):
        messages.success(request, _("The sanction is in force, and recorded."))
        if form.cleaned_data["remove_comments"] and (removal := _removal(request, person, form)):
            return redirect("comments:desk-bulk-decision", removal.pk)
        return redirect("comments:desk-person", person.pk)
    return person_page(request, person, form=form)


def _removal(request: HttpRequest, person: User, form: PersonSanctionForm) -> BulkDecision | None:
    """Start removing the person's comments, held ones too; None if there are none."""
    editor = access_desk(request.user, request.site)
    decision = Decision(
        DecisionKind.REMOVE, rule_code=form.rule_code, note=form.cleaned_data["note"]
    )
    target = BulkTarget(author_id=person.pk, since=person.date_joined, with_held=True)
    try:
        return actions.make_bulk_decision(
            site=request.site, decision=decision, editor=editor, target=target
        )
    except InvalidInput:
        return None


@require_POST
def lift(request: HttpRequest, sanction_id: int) -> HttpResponse:
    sanction = access_sanction(request.user, sanction_id)
    # The sanction's own site and not that of the URL: an editor of another one must not lift it.
    editor = access_desk(request.user, sanction.site)
    lift_sanction(sanction=sanction, actor=editor, note=request.POST.get("note", ""))
    messages.success(request, _("The sanction is lifted."))
    return redirect("comments:desk-sanctions")

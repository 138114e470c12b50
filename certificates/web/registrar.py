from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from certificates import listings
from certificates.applications import review
from certificates.models import Application
from certificates.permissions import access_application_for_decision, require_registrar
from certificates.states import ApplicationStatus, Risk
from certificates.web import comparison, history, questions
from core.errors import Conflict, InvalidInput
from core.inputs import read_id
from core.paging import page
from core.web.http import HttpRequest
from core.web.inputs import posted_choice

_SHOWN = 50


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the riskiest, then the oldest applications; the others follow once these are decided."""
    require_registrar(request.user, request.site)
    waiting = listings.waiting(request.site)
    context = {
        "applications": [comparison.row(one) for one in waiting[:_SHOWN]],
        "total": waiting.count(),
        "tab": ApplicationStatus.SUBMITTED,
    }
    return render(request, "certificates/registrar/queue.html", context)


@require_safe
def decided(request: HttpRequest, status: str) -> HttpResponse:
    require_registrar(request.user, request.site)
    rows = listings.in_status(request.site, ApplicationStatus(status))
    shown = page(rows, order=("-id",), cursor=request.GET.get("cursor", ""), size=_SHOWN)
    context = {
        "applications": [comparison.row(one) for one in shown.items],
        "next_cursor": shown.next_cursor,
        "tab": status,
    }
    return render(request, "certificates/registrar/queue.html", context)


@require_safe
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    return _application_page(request, access_application_for_decision(request.user, application_id))


def _application_page(
    request: HttpRequest, shown: Application, error: Conflict | InvalidInput | None = None
) -> HttpResponse:
    context = {
        "application": shown,
        "programme": shown.programme,
        "certificate": shown.issued_certificate,
        "comparison": comparison.of_application(shown),
        "questions": questions.blank(shown.form),
        "risks": [Risk(risk).label for risk in shown.risk_reasons],
        "duplicates": listings.duplicates(shown),
        "history": history.items(shown.events.all()),
        "note": request.POST.get("note", ""),
        "chosen_question": request.POST.get("question", ""),
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/registrar/application.html", context, status=status)


@require_POST
def decide(request: HttpRequest, application_id: int) -> HttpResponse:
    shown = access_application_for_decision(request.user, application_id)
    registrar = require_registrar(request.user, shown.programme.site)
    try:
        review.decide_application(
            application=shown,
            actor=registrar,
            decision=posted_choice(request, "decision", review.ApplicationDecision),
            expected=posted_choice(request, "expected", ApplicationStatus),
            note=request.POST.get("note", ""),
            question=request.POST.get("question", ""),
        )
    except (Conflict, InvalidInput) as error:
        # Another registrar may have decided: the page shows the present status next to the error.
        shown.refresh_from_db()
        return _application_page(request, shown, error)
    messages.success(request, _("Done. Here is what waits next."))
    return redirect("certificates:registrar")


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    registrar = require_registrar(request.user, request.site)
    # The ids are those of the browser; `waiting_among` drops what is not of this site or not
    # waiting.
    posted = map(read_id, request.POST.getlist("application"))
    chosen = [pk for pk in posted if pk is not None]
    approved = 0
    for one in listings.waiting_among(request.site, chosen):
        try:
            review.decide_application(
                application=one,
                actor=registrar,
                decision=review.ApplicationDecision.APPROVE,
                expected=ApplicationStatus.SUBMITTED,
            )
        # Each application is decided in a transaction of one action, so this one does not undo the
        # others.
        except Conflict:
            continue
        approved += 1
    messages.success(request, _how_many(approved, len(chosen)))
    return redirect("certificates:registrar")


def _how_many(approved: int, chosen: int) -> str:
    message = ngettext(
        "%(count)d application approved.", "%(count)d applications approved.", approved
    ) % {"count": approved}
    if approved == chosen:
        return message
    return (
        message
        + " "
        + _("The rest do not fit on the document, or someone else had already decided them.")
    )

"""Confirm an application and follow what becomes of it; list programmes and applications."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import listings
from certificates.applications import actions, previews
from certificates.applications.previews import Sharpness
from certificates.form.answers import canonical_json, digest
from certificates.models import Application
from certificates.permissions import access_application, access_own_application, require_applicant
from certificates.states import ApplicationStatus
from certificates.web import questions
from certificates.web.application_form import (
    form,
    form_url,
    is_faulty,
    picture,
    place,
    sanction,
)
from core.errors import Conflict, NotFound
from core.web.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, application_id: int) -> HttpResponse:
    own = access_own_application(request.user, application_id)
    if request.method != "POST":
        if not own.is_editable:
            return redirect("certificates:application", application_id=own.pk)
        return _read_back(request, own)
    # The confirmed form may have been open for days, and the checks may have changed since.
    if own.is_editable and is_faulty(own):
        return form(request, own, strict=True, status=422)
    try:
        actions.confirm_application(
            application=own,
            shown_digest=request.POST.get("digest", ""),
            # Computed here and not posted by the page: it is the proof of what was shown.
            preview_digest=previews.preview_digest(own),
            language=get_language() or "ru",
            ip=request.ip,
        )
    except actions.AnswersChanged as error:
        own.refresh_from_db()
        return _read_back(request, own, error)
    return redirect("certificates:application", application_id=own.pk)


def _read_back(
    request: HttpRequest, application: Application, error: Conflict | None = None
) -> HttpResponse:
    if is_faulty(application):
        return form(request, application, strict=True, status=422)
    fields = questions.of_application(application, strict=True)
    if application.corrects is not None:
        fields = questions.compared(fields, application.corrects.application.answers)
    fault = previews.fault(application)
    context = {
        "application": application,
        "programme": application.programme,
        "sanction": sanction(request, application.programme),
        "loud": [
            question
            for question in fields
            if question.spec.is_read_back and (question.value or question.before)
        ],
        "others": [question for question in fields if not question.spec.is_read_back],
        "digest": digest(application.answers),
        "picture": picture(application, Sharpness.TO_BE_READ) if fault is None else "",
        "fault": fault,
        "place": place(request, application),
        "form_url": form_url(application),
        "warning": actions.WARNING,
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/confirmation.html", context, status=status)


@require_safe
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    shown = access_application(request.user, application_id)
    last = shown.confirmations.last()
    context = {
        "application": shown,
        "programme": shown.programme,
        "confirmation": last,
        "confirmed": questions.answered(shown, last.answers) if last else [],
        "is_own": shown.applicant_id == request.user.pk,
        "certificate": shown.issued_certificate,
        "waits_for_registrar": shown.waits_for_registrar,
        "form_url": form_url(shown),
    }
    # The page asks again while the document is being made.
    if request.htmx:
        return render(request, "certificates/application_status.html", context)
    return render(request, "certificates/application.html", context)


@require_safe
def confirmed_answers(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send the confirmed answers in the very bytes of which the confirmation has the digest."""
    shown = access_application(request.user, application_id)
    last = shown.confirmations.last()
    # Without answers the person was erased: the digest is of what is no longer here.
    if last is None or not last.answers:
        raise NotFound
    response = HttpResponse(canonical_json(last.answers), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="otklik-{shown.pk}.json"'
    return response


@require_POST
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    own = access_own_application(request.user, application_id)
    actions.withdraw_application(application=own)
    return redirect("certificates:application", application_id=own.pk)


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    applicant = require_applicant(request.user, request.site)
    # The API lists withdrawn ones, too.
    mine = listings.applications_of(applicant).exclude(status=ApplicationStatus.WITHDRAWN)
    return render(request, "certificates/applications.html", {"applications": mine})


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    offered = listings.programmes(request.site)
    return render(request, "certificates/programmes.html", {"programmes": offered})

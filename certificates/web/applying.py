from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from certificates import documents
from certificates.actions import applying
from certificates.answers import digest
from certificates.documents import Sharpness
from certificates.models import Application, Institution, Programme
from certificates.permissions import (
    access_application,
    access_own_application,
    access_programme,
    require_applicant,
)
from certificates.questions import Answers
from certificates.states import ApplicationState
from certificates.web import questions
from core.errors import Conflict, SignInRequired
from core.web.http import HttpRequest


@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    offered = Programme.objects.of_site(request.site)
    return render(request, "certificates/programmes.html", {"programmes": offered})


@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = access_programme(request.site, slug)
    if not isinstance(request.user, User):
        return _for_visitor(request, chosen)
    if request.method == "POST":
        return _answered(request, _start(request, chosen, request.user))
    if typed := request.session.get(_pending(chosen)):
        applying.save_answers(application=_start(request, chosen, request.user), typed=typed)
        del request.session[_pending(chosen)]
        return redirect("certificates:programme", slug=slug)
    draft = Application.objects.open_draft(chosen, request.user)
    return _form(request, draft) if draft else _blank_form(request, chosen)


def _for_visitor(request: HttpRequest, chosen: Programme) -> HttpResponse:
    """What is typed before signing in waits in the session."""
    if request.htmx:
        raise SignInRequired  # the session ended while the form stood open: it stays as it is
    if request.method == "POST":
        request.session[_pending(chosen)] = questions.typed(request.POST)
        return redirect_to_login(request.get_full_path())
    return _blank_form(request, chosen, request.session.get(_pending(chosen), {}))


def _pending(chosen: Programme) -> str:
    return f"certificates:typed:{chosen.pk}"


def _start(request: HttpRequest, chosen: Programme, applicant: User) -> Application:
    return applying.start_application(
        programme=chosen,
        applicant=applicant,
        language=get_language() or "ru",
        key=request.POST.get("key", ""),
    )


def _blank_form(
    request: HttpRequest, chosen: Programme, typed: dict[str, str] | None = None
) -> HttpResponse:
    refusal = None
    try:
        form = applying.check_may_begin(chosen, request.user)
    except Conflict as error:
        form, refusal = None, error
    context = {
        "programme": chosen,
        "questions": questions.blank(form, typed or {}) if form else [],
        "refusal": refusal,
        "key": uuid4().hex,
    }
    return render(request, "certificates/form.html", context)


def _form(
    request: HttpRequest, application: Application, *, strict: bool = False, status: int = 200
) -> HttpResponse:
    asked = questions.of_application(application, strict=strict)
    context = {
        "programme": application.programme,
        "application": application,
        "questions": asked,
        "has_faults": strict and questions.has_faults(asked),
        "preview_version": digest(application.answers)[:16],
        "fault": documents.fault(application),
        "key": "",
    }
    return render(request, "certificates/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, application_id: int) -> HttpResponse:
    own = access_own_application(request.user, application_id)
    if not own.is_editable:
        return redirect("certificates:application", application_id=own.pk)
    return _answered(request, own) if request.method == "POST" else _form(request, own)


def _answered(request: HttpRequest, application: Application) -> HttpResponse:
    """One question as it is typed, a click on what is offered for a slip, or the whole form."""
    saved = applying.save_answers(application=application, typed=questions.typed(request.POST))
    before = saved.answers
    if "correct" in request.POST:
        question, _, slip = request.POST["correct"].partition(":")
        saved = applying.correct_slip(application=saved, question=question, slip=slip)
    elif "keep" in request.POST:
        question, _, slip = request.POST["keep"].partition(":")
        saved = applying.keep_as_typed(application=saved, question=question, slip=slip)
    elif "take" in request.POST:
        question, _, value = request.POST["take"].partition(":")
        saved = applying.save_answers(application=saved, typed={question: value})
    if request.htmx:
        return _live(request, saved, before)
    if not request.POST.keys().isdisjoint({"correct", "keep", "take"}):
        return _form(request, saved)
    if _is_faulty(saved):
        return _form(request, saved, strict=True, status=422)
    return redirect("certificates:confirmation", application_id=saved.pk)


def _live(request: HttpRequest, application: Application, before: Answers) -> HttpResponse:
    """What a correction changed comes back filled in; what is being typed is left alone."""
    asked = questions.of_application(application, strict=False)
    context = {
        "application": application,
        "questions": asked,
        "changed_keys": [question.key for question in asked if question.differs_from(before)],
        "preview_version": digest(application.answers)[:16],
        "fault": documents.fault(application),
        "spellings": [
            (question.list_id, Institution.objects.like(application.programme, question.value))
            for question in asked
            if question.list_id and question.key in request.POST
        ],
    }
    return render(request, "certificates/live.html", context)


@require_GET
@cache_control(private=True, max_age=600)
def preview(request: HttpRequest, application_id: int) -> HttpResponse:
    """The address carries the version of the answers, so a picture may be kept by the browser."""
    shown = access_application(request.user, application_id)
    sharpness = Sharpness.BESIDE_THE_FORM if "beside" in request.GET else Sharpness.TO_BE_READ
    return HttpResponse(documents.preview(shown, sharpness), content_type="image/png")


@require_http_methods(["GET", "POST"])
def confirmation(request: HttpRequest, application_id: int) -> HttpResponse:
    own = access_own_application(request.user, application_id)
    if request.method == "GET":
        if not own.is_editable:
            return redirect("certificates:application", application_id=own.pk)
        return _read_back(request, own)
    if own.is_editable and _is_faulty(own):
        return _form(request, own, strict=True, status=422)
    try:
        applying.confirm_application(
            application=own,
            shown_digest=request.POST.get("digest", ""),
            preview_digest=documents.preview_digest(own),
            language=get_language() or "ru",
            address=get_adapter().get_client_ip(request),
        )
    except applying.AnswersChanged as error:
        own.refresh_from_db()
        return _read_back(request, own, error)
    return redirect("certificates:application", application_id=own.pk)


def _read_back(
    request: HttpRequest, application: Application, error: Conflict | None = None
) -> HttpResponse:
    if _is_faulty(application):
        return _form(request, application, strict=True, status=422)
    asked = questions.of_application(application, strict=True)
    context = {
        "application": application,
        "programme": application.programme,
        "loud": [question for question in asked if question.is_read_back and question.value],
        "others": [question for question in asked if not question.is_read_back],
        "digest": digest(application.answers),
        "warning": applying.WARNING,
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/confirmation.html", context, status=status)


def _is_faulty(application: Application) -> bool:
    asked = questions.of_application(application, strict=True)
    return questions.has_faults(asked) or documents.fault(application) is not None


@require_GET
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    shown = access_application(request.user, application_id)
    last = shown.confirmations.last()
    context = {
        "application": shown,
        "programme": shown.programme,
        "confirmation": last,
        "confirmed": questions.blank(shown.form, last.answers) if last else [],
        "is_own": shown.applicant_id == request.user.pk,
        "certificate": shown.issued_certificate,
        "waits_for_registrar": shown.waits_for_registrar,
    }
    if request.htmx:
        return render(request, "certificates/application_status.html", context)
    return render(request, "certificates/application.html", context)


@require_POST
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    own = access_own_application(request.user, application_id)
    applying.withdraw_application(application=own)
    return redirect("certificates:application", application_id=own.pk)


@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    applicant = require_applicant(request.user, request.site)
    mine = Application.objects.of_applicant(applicant).exclude(state=ApplicationState.WITHDRAWN)
    context = {"applications": mine.select_related("programme", "certificate")}
    return render(request, "certificates/applications.html", context)

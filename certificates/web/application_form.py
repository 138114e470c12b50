"""Fill in the form of an application, as its applicant or as a visitor without an account."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import BinaryIO, cast
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission, UnderSanction, require_unsanctioned
from certificates import listings
from certificates.applications import actions, attachments, previews, uploads
from certificates.applications.actions import Saved
from certificates.applications.file_types import UnusableFile
from certificates.applications.previews import Sharpness
from certificates.form.answers import digest
from certificates.form.errors import FieldError
from certificates.models import Application, FormVersion, Programme
from certificates.permissions import (
    access_application,
    access_file,
    access_own_application,
    access_programme,
)
from certificates.rendering import DoesNotFit
from certificates.web import drafts, questions
from core.errors import Conflict, DomainError, SignInRequired
from core.inputs import read_id
from core.web.http import HttpRequest
from core.web.inputs import OF_FILES, takes_body


@takes_body(OF_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = access_programme(request.site, slug)
    # Anybody may fill in a form first, and is asked to sign in when nothing is missing.
    if not isinstance(request.user, User):
        return _for_visitor(request, chosen)
    if request.method == "POST":
        return _answered(request, _opened(request, chosen, request.user))
    refusal = sanction(request, chosen)
    # A sanction does not hide what the person has already answered.
    if refusal is not None and listings.open_draft(chosen, request.user) is None:
        return _refused(request, chosen, refusal)
    try:
        # Answers of the session are written on a GET, too: the sign-in ends with a redirect to this
        # page.
        own = _carried_over(request, chosen, request.user) or _blank(chosen, request.user)
    except Conflict as conflict:
        return _refused(request, chosen, conflict)
    return form(request, own)


def sanction(request: HttpRequest, programme: Programme) -> UnderSanction | None:
    """Return the sanction that forbids the person to apply now, for the page to say so at once."""
    if not isinstance(request.user, User):
        return None
    try:
        require_unsanctioned(request.user, Permission.APPLY, programme.site, request.ip)
    except UnderSanction as refusal:
        return refusal
    return None


def _opened(request: HttpRequest, chosen: Programme, applicant: User) -> Application:
    """Return the application that the page was opened for, or a new draft."""
    if (known := read_id(request.POST.get("application", ""))) is not None:
        return access_own_application(applicant, known)
    return _start(request, chosen, applicant, request.POST.get("key", ""))


def _start(request: HttpRequest, chosen: Programme, applicant: User, key: str = "") -> Application:
    return actions.start_application(
        programme=chosen,
        applicant=applicant,
        language=get_language() or "ru",
        key=key,
        ip=request.ip,
    )


def _blank(chosen: Programme, applicant: User) -> Application:
    """Return an unsaved application, because opening a form must not write anything."""
    begun = actions.check_can_apply(chosen, applicant)
    answers = actions.first_answers(begun, applicant)
    return Application(programme=chosen, form=begun, applicant=applicant, answers=answers)


def _carried_over(request: HttpRequest, chosen: Programme, applicant: User) -> Application | None:
    """Return the person's draft, with the answers that they typed before signing in."""
    draft = listings.open_draft(chosen, applicant)
    targets: list[Programme | Application] = [chosen, draft] if draft else [chosen]

    def begin() -> Application:
        return draft or _start(request, chosen, applicant)

    drafts.carry_over(request, applicant, targets, begin, is_new=draft is None)
    return listings.open_draft(chosen, applicant)


def _for_visitor(request: HttpRequest, chosen: Programme) -> HttpResponse:
    # The form names whose it was: the answers of an expired session wait for that person alone.
    if request.POST.get("owner"):
        known = read_id(request.POST.get("application", ""))
        # Not loaded from the database: without a session it is unknown whether the person may see
        # it.
        target = chosen if known is None else Application(pk=known)
        return _session_ended(request, target)
    try:
        begun = actions.check_can_apply(chosen, request.user)
    except Conflict as refusal:
        newest = chosen.forms.newest()
        # The programme may have closed since the form was opened, and the refusal says that what
        # they typed is kept.
        if request.method == "POST" and newest is not None:
            _write_as_visitor(request, chosen, newest)
        if request.htmx:
            # htmx would drop a page and take the answer for accepted.
            raise
        return _refused(request, chosen, refusal)
    if request.method != "POST":
        return form(request, drafts.of_visitor(request, chosen, begun))
    return _answered_by_visitor(request, chosen, begun)


def _answered_by_visitor(
    request: HttpRequest, chosen: Programme, begun: FormVersion
) -> HttpResponse:
    saved = _write_as_visitor(request, chosen, begun)
    own = saved.application
    for choice in questions.choices(request.POST):
        own = drafts.choose_as_visitor(request, chosen, begun, choice)
    return _live(request, own, saved, {}) if request.htmx else _next(request, own, {})


def _write_as_visitor(request: HttpRequest, chosen: Programme, begun: FormVersion) -> Saved:
    typed, tab = questions.typed(request.POST), questions.tab(request.POST)
    return drafts.write_as_visitor(request, chosen, begun, typed, tab)


def _session_ended(request: HttpRequest, target: Programme | Application) -> HttpResponse:
    typed, tab = questions.typed(request.POST), questions.tab(request.POST)
    drafts.keep_interrupted(request, target, request.POST["owner"], typed, tab)
    if request.htmx:
        # The browser would follow a redirect, and htmx swap the sign-in page into the form.
        raise SignInRequired
    return redirect_to_login(request.get_full_path())


@takes_body(OF_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, application_id: int) -> HttpResponse:
    if not isinstance(request.user, User) and request.POST.get("owner"):
        return _session_ended(request, Application(pk=application_id))
    own = access_own_application(request.user, application_id)
    if request.method == "POST":
        return _answered(request, own)
    if not own.is_editable:
        return redirect("certificates:application", application_id=own.pk)
    if isinstance(request.user, User):
        drafts.carry_over(request, request.user, [own], lambda: own)
        # `carry_over` wrote the answers through another instance.
        own.refresh_from_db()
    return form(request, own)


def _refused(request: HttpRequest, chosen: Programme, refusal: DomainError) -> HttpResponse:
    context = {"programme": chosen, "refusal": refusal}
    return render(request, "certificates/form.html", context)


def form(
    request: HttpRequest,
    application: Application,
    *,
    strict: bool = False,
    status: int = 200,
    files: questions.FileErrors | None = None,
) -> HttpResponse:
    shown = questions.of_application(
        application, strict=strict, clashes=drafts.clashes(request, application), file_errors=files
    )
    is_visitor = not request.user.is_authenticated
    # An untouched form shows no picture, so that opening it costs no drawing.
    begun = application.pk or (is_visitor and any(application.answers.values()))
    context = {
        "programme": application.programme,
        "application": application,
        "questions": shown,
        "has_faults": strict and questions.has_faults(shown),
        "is_refused": strict,
        "picture": picture(application, Sharpness.BESIDE_THE_FORM) if begun else "",
        "fault": previews.fault(application) if begun else None,
        # An idempotency key made when the page opens: a double click starts one application.
        "key": uuid4().hex,
        "place": place(request, application),
        "sanction": sanction(request, application.programme),
    }
    return render(request, "certificates/form.html", context, status=status)


def place(request: HttpRequest, application: Application) -> str:
    """Return the key under which the browser stores unsaved answers: by person and by form."""
    of_form = application.pk if application.stands_apart else application.programme.slug
    return f"{request.user.pk or 'visitor'}:{of_form}"


def form_url(application: Application) -> str:
    """Return the page on which an application that is still editable goes on."""
    if application.stands_apart:
        return reverse("certificates:edit", args=[application.pk])
    return reverse("certificates:programme", args=[application.programme.slug])


def picture(application: Application, sharpness: Sharpness) -> str:
    """Return the URL of the picture, with the version of the answers: a browser may cache it."""
    url = (
        reverse("certificates:preview", args=[application.pk])
        if application.pk
        else reverse("certificates:visitor-preview", args=[application.programme.slug])
    )
    beside = "beside&" if sharpness is Sharpness.BESIDE_THE_FORM else ""
    return f"{url}?{beside}v={digest(application.answers)[:16]}"


def _answered(request: HttpRequest, application: Application) -> HttpResponse:
    """Save a posted answer, the effect of a button, or the whole form."""
    typed, tab = questions.typed(request.POST), questions.tab(request.POST)
    saved = actions.save_answers(application=application, typed=typed, tab=tab)
    drafts.note_clashes(request, saved, typed)
    # Saved first: a button acts on the stored answers, and these include what was just typed.
    own, files = _with_files(request, _chosen(request, saved.application))
    return _live(request, own, saved, files) if request.htmx else _next(request, own, files)


def _next(request: HttpRequest, own: Application, files: questions.FileErrors) -> HttpResponse:
    if files:
        # A refused file first: it is not stored, and would be forgotten on another page.
        return form(request, own, files=files, status=422)
    if questions.choices(request.POST):
        return form(request, own)
    if drafts.clashes(request, own):
        return form(request, own, status=409)
    if is_faulty(own):
        return form(request, own, strict=True, status=422)
    # A visitor's answers wait in the session and are carried over after the sign-in.
    if not own.pk:
        return redirect_to_login(request.get_full_path())
    return redirect("certificates:confirmation", application_id=own.pk)


def _chosen(request: HttpRequest, own: Application) -> Application:
    """Apply the buttons that the applicant pressed at questions."""
    for choice in questions.choices(request.POST):
        match choice:
            case questions.Choice("correct", question, slip):
                own = actions.correct_slip(application=own, question=question, slip=slip)
            case questions.Choice("dismiss", question, slips):
                own = _dismissed(own, question, slips)
            case questions.Choice("detach", question):
                own = attachments.detach_file(application=own, question=question)
            case questions.Choice("take", question, value):
                answers = questions.taken(own, question, value)
                saved = actions.save_answers(application=own, typed=answers)
                drafts.note_clashes(request, saved, answers)
                own = saved.application
    return own


def _dismissed(own: Application, question: str, slips: str) -> Application:
    for slip in questions.codes(slips):
        # Where the answer was changed since the button was shown, there is nothing to dismiss.
        with suppress(actions.NoSuchSlip):
            own = actions.dismiss_slip(application=own, question=question, slip=slip)
    return own


def _with_files(
    request: HttpRequest, application: Application
) -> tuple[Application, questions.FileErrors]:
    errors: questions.FileErrors = {}
    # One file that is refused must not lose the others of the same request.
    for question, given in cast("dict[str, UploadedFile[bytes]]", request.FILES).items():
        try:
            application = uploads.attach(
                application=application,
                question=question,
                name=given.name or "",
                content=cast("BinaryIO", given.file),
            )
        except UnusableFile as error:
            errors[question] = (FieldError(error.code, error.detail),)
    return application, errors


def _live(
    request: HttpRequest, application: Application, saved: Saved, files: questions.FileErrors
) -> HttpResponse:
    """Send back the answers changed elsewhere, and leave the field that the person types in."""
    clashes = drafts.clashes(request, application)
    shown = questions.of_application(application, strict=False, clashes=clashes, file_errors=files)
    pressed = {choice.question for choice in questions.choices(request.POST)}
    context = {
        "application": application,
        "questions": shown,
        "pressed_keys": pressed,
        "changed_keys": _changed(request, shown, saved, pressed),
        "sent_keys": [
            question.key
            for question in shown
            if question.key in request.POST
            # The tab keeps its old version token for these, so that its next answer is still
            # compared.
            and question.key not in saved.superseded
            and not question.clash
        ],
        "picture": picture(application, Sharpness.BESIDE_THE_FORM),
        "fault": previews.fault(application),
        "spellings": [
            (question.list_id, listings.spellings_like(application.programme, question.value))
            for question in shown
            if question.list_id and question.key in request.POST
        ],
    }
    return render(request, "certificates/live.html", context)


def _changed(
    request: HttpRequest,
    shown: Sequence[questions.Question],
    saved: Saved,
    pressed: Collection[str],
) -> Sequence[str]:
    """Return the keys of the fields to redraw: changed by a button or in another tab."""
    return [
        question.key
        for question in shown
        if question.key in pressed
        or question.differs_from(saved.application.answers)
        # The field under the cursor is left alone: redrawing it would take what is being typed.
        or (question.key in saved.superseded and question.is_elsewhere(request.htmx.trigger))
    ]


def is_faulty(application: Application) -> bool:
    shown = questions.of_application(application, strict=True)
    return questions.has_faults(shown) or not can_be_confirmed(previews.fault(application))


def can_be_confirmed(fault: DomainError | None) -> bool:
    """A text that does not fit is no obstacle: a registrar decides then."""
    return fault is None or isinstance(fault, DoesNotFit)


@require_safe
# The page adds a digest of the answers to the URL, so a cached picture is never out of date.
@cache_control(private=True, max_age=600)
def preview(request: HttpRequest, application_id: int) -> HttpResponse:
    return _png(request, access_application(request.user, application_id))


@require_safe
@cache_control(private=True, max_age=600)
def visitor_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the answers of this session: a visitor has no application with an id."""
    chosen = access_programme(request.site, slug)
    begun = actions.check_can_apply(chosen, request.user)
    return _png(request, drafts.of_visitor(request, chosen, begun))


def _png(request: HttpRequest, application: Application) -> HttpResponse:
    sharpness = Sharpness.BESIDE_THE_FORM if "beside" in request.GET else Sharpness.TO_BE_READ
    return HttpResponse(previews.preview(application, sharpness), content_type="image/png")


@require_safe
def file(request: HttpRequest, application_id: int, file_id: int) -> FileResponse:
    return uploads.serve(access_file(request.user, application_id, file_id))

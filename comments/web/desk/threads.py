"""Discussions: which there are, and how each is run."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import actions
from comments.models import Thread
from comments.moderation.history import thread_history
from comments.moderation.queues import thread_page
from comments.permissions import access_desk, access_thread_of_desk
from comments.web.desk.forms.threads import ReopeningForm, ThreadForm, ThreadSearchForm
from core.web.http import HttpRequest


@require_safe
def threads(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    search = ThreadSearchForm(request.GET)
    page = thread_page(request.site, search.words, search.mode, cursor=request.GET.get("after", ""))
    shown = {"search": search, "page": page, "now": timezone.now()}
    return render(request, "comments/desk/threads.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread, editor = access_thread_of_desk(request.user, thread_id)
    form = ThreadForm(request.POST or None, initial=ThreadForm.shown(thread))
    if form.carry_out(
        lambda: actions.set_up_thread(
            thread=thread,
            actor=editor,
            # The publication sets title and URL through the API; an empty URL keeps the old one.
            title=thread.title,
            url="",
            section=form.cleaned_data["section"],
            mode=form.cleaned_data["mode"],
            registered_only=form.cleaned_data["registered_only"],
            closes_at=form.cleaned_data["closes_at"],
            note=form.cleaned_data["note"],
        )
    ):
        messages.success(request, _("Saved, and recorded."))
        return redirect("comments:desk-thread", thread.pk)
    return _page(request, thread, form, ReopeningForm())


@require_POST
def close(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread, editor = access_thread_of_desk(request.user, thread_id)
    actions.close_thread(thread=thread, actor=editor, note=request.POST.get("note", ""))
    messages.success(request, _("The discussion is closed."))
    return redirect("comments:desk-thread", thread.pk)


@require_POST
def reopen(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread, editor = access_thread_of_desk(request.user, thread_id)
    form = ReopeningForm(request.POST)
    if form.carry_out(
        lambda: actions.reopen_thread(
            thread=thread,
            actor=editor,
            until=form.cleaned_data["until"],
            note=form.cleaned_data["note"],
        )
    ):
        messages.success(request, _("The discussion is open."))
        return redirect("comments:desk-thread", thread.pk)
    return _page(request, thread, ThreadForm(initial=ThreadForm.shown(thread)), form)


def _page(
    request: HttpRequest, thread: Thread, form: ThreadForm, reopening: ReopeningForm
) -> HttpResponse:
    shown = {
        "history": thread_history(thread),
        "thread": thread,
        "is_closed": thread.is_closed(timezone.now()),
        "form": form,
        "reopening": reopening,
    }
    status = 422 if form.errors or reopening.errors else 200
    return render(request, "comments/desk/thread.html", shown, status=status)

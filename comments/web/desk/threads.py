"""Discussions: which there are, and how each is run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, can
from comments import actions
from comments.models import Thread
from comments.models.threads import settings_of
from comments.moderation.history import thread_history
from comments.moderation.queues import thread_page
from comments.permissions import access_desk, access_thread_of_desk
from comments.states import ClosedBy, Mode
from comments.web.desk.forms.threads import ReopeningForm, ThreadForm, ThreadSearchForm
from core.models import Site
from core.sites import embed_code
from core.web.doors import posted_from
from core.web.http import HttpRequest


@dataclass(frozen=True, slots=True)
class ListedThread:
    """A discussion with its state now. `closes_at` is the time at which it closes, or has closed,
    by its own date or by its age; None for one that an editor's choice alone closes."""

    thread: Thread
    mode: Mode
    closed_by: ClosedBy | None
    closes_at: datetime | None

    @classmethod
    def of(cls, thread: Thread, now: datetime) -> "ListedThread":
        closed_by = thread.closed_by(now)
        by_choice = closed_by in {ClosedBy.MODE, ClosedBy.SECTION, ClosedBy.SITE}
        closes_at = None if by_choice else thread.closing_time()
        return cls(thread, thread.effective_mode, closed_by, closes_at)


@require_safe
def threads(request: HttpRequest) -> HttpResponse:
    access_desk(request.user, request.site)
    search = ThreadSearchForm(request.GET)
    page = thread_page(request.site, search.words, search.mode, cursor=request.GET.get("after", ""))
    now = timezone.now()
    shown = {
        "search": search,
        "listed": [ListedThread.of(thread, now) for thread in page.items],
        "next_cursor": page.next_cursor,
        "sections": _sections(request.site),
        "embed_code": _embed_code(request),
    }
    return render(request, "comments/desk/threads.html", shown)


def _embed_code(request: HttpRequest) -> str:
    """The code for the publication's pages, for those who may change its settings."""
    is_administrator = can(request.user, Permission.ADMINISTER, request.site)
    if not is_administrator:
        return ""
    return embed_code(request.site, request.build_absolute_uri("/"))


def _sections(site: Site) -> Sequence[tuple[str, Mode]]:
    """Every section that a discussion or the settings name, with its mode."""
    settings = settings_of(site)
    names = sorted({*Thread.objects.sections(site), *settings.section_modes})
    return [(name, settings.mode_of(name)) for name in names]


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


@posted_from("comments:desk-thread")
def close(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread, editor = access_thread_of_desk(request.user, thread_id)
    actions.close_thread(thread=thread, actor=editor, note=request.POST.get("note", ""))
    messages.success(request, _("The discussion is closed."))
    return redirect("comments:desk-thread", thread.pk)


@posted_from("comments:desk-thread")
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
        "status": ListedThread.of(thread, timezone.now()),
        "sections": Thread.objects.sections(thread.site),
        "form": form,
        "reopening": reopening,
    }
    status = 422 if form.errors or reopening.errors else 200
    return render(request, "comments/desk/thread.html", shown, status=status)

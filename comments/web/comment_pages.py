import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from comments import actions
from comments.models import Comment, Thread
from comments.page_urls import url_at_comment
from comments.permissions import (
    access_comment,
    access_own_comment,
    access_thread,
    access_thread_for_posting,
    can_moderate,
)
from comments.screening.complaints import reads_as_complaint
from comments.states import State
from comments.web.forms import CommentForm, TextForm
from comments.web.thread import SignedPage, comment_url, draft_name, unsign
from core.errors import DomainError
from core.sites import access_site
from core.web.http import HttpRequest


@require_POST
def post(request: HttpRequest) -> HttpResponse:
    form = CommentForm(request.POST)
    # The browser sends back what we signed: it cannot invent a page with a title and a URL of its
    # own.
    signed = unsign(request.POST.get("page", ""))
    if not form.is_valid():
        return _refused(request, form, signed)
    try:
        thread, author = access_thread_for_posting(
            request.user, signed.site, signed.key, signed.page.url
        )
        if _offers_complaint(form, author, thread):
            return _offer_complaint(request, form, signed)
        comment = actions.post_comment(
            author=author,
            thread=thread,
            text=form.cleaned_data["text"],
            parent_id=form.cleaned_data["parent"],
            page=signed.page,
            ip=request.ip,
            idempotency_key=form.cleaned_data["key"],
        )
    except DomainError as error:
        form.refuse(error)
        return _refused(request, form, signed)
    _confirm_posted(request, comment, draft_name(signed.key, form.cleaned_data["parent"]))
    # By a redirect, so that reloading the page does not post again.
    return redirect(url_at_comment(signed.page.url, comment.pk))


def _offers_complaint(form: CommentForm, author: User, thread: Thread) -> bool:
    """Return whether the text reads as a complaint about the publication rather than a comment."""
    # Asked once: the second form carries `anyway`. Editors answer complaints and are not asked.
    if form.cleaned_data["anyway"] or can_moderate(author, thread.site):
        return False
    return reads_as_complaint(form.cleaned_data["text"])


def _offer_complaint(request: HttpRequest, form: CommentForm, signed: SignedPage) -> HttpResponse:
    """Ask whether to send the text as a complaint or post it; nothing is posted yet."""
    form.keep_draft(draft_name(signed.key, form.cleaned_data["parent"]))
    context = {"form": form, "back": signed.page.url, "site": access_site(signed.site)}
    return render(request, "comments/offer.html", context)


def _refused(request: HttpRequest, form: CommentForm, signed: SignedPage) -> HttpResponse:
    """Show the rejected text with the reason. Sending it again is a new request with a new key."""
    form.data = request.POST.copy()
    form.data["key"] = uuid.uuid4().hex
    form.keep_draft(draft_name(signed.key, form.cleaned_data.get("parent")))
    context = {"form": form, "back": signed.page.url}
    return render(request, "comments/refused.html", context, status=422)


def _confirm_posted(request: HttpRequest, comment: Comment, draft: str) -> None:
    tags = f"draft-done:{draft}"
    if comment.state == State.PUBLISHED:
        messages.success(request, _("Your comment is published."), extra_tags=tags)
    else:
        messages.info(
            request, _("Your comment waits for an editor. Until then only you see it."), tags
        )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, author = access_own_comment(request.user, comment_id)
    form = TextForm(request.POST or None, initial={"text": comment.text})
    if form.carry_out(
        lambda: actions.edit_comment(
            comment=comment,
            author=author,
            text=form.cleaned_data["text"],
            ip=request.ip,
        )
    ):
        return redirect(comment_url(comment))
    status = 422 if form.errors else 200
    return render(request, "comments/edit.html", {"form": form, "comment": comment}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, author = access_own_comment(request.user, comment_id)
    if request.method != "POST":
        return render(request, "comments/withdraw.html", {"comment": comment})
    actions.withdraw_comment(comment=comment, author=author)
    messages.success(request, _("Your comment is withdrawn."))
    return redirect(comment_url(comment))


@require_safe
def permalink(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment = access_comment(request.user, comment_id)
    return redirect(comment_url(comment))


@require_safe
def thread(request: HttpRequest) -> HttpResponse:
    """Show a discussion as a separate page: without scripts, or when the thread has no page URL."""
    thread_shown = access_thread(
        request.user, request.GET.get("site", ""), request.GET.get("key", "")
    )
    return render(request, "comments/thread_page.html", {"thread": thread_shown})

import uuid

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from comments import actions
from comments.models import Comment, Complaint, Thread
from comments.moderation.complaints import LONGEST
from comments.page_urls import CommentedPage
from comments.permissions import (
    access_comment_for_appeal,
    access_own_complaints,
    access_sent_complaint,
    find_thread,
)
from comments.web.thread import sign, unsign
from core.errors import DomainError
from core.inputs import MAX_ID, read_id
from core.models import Site
from core.web.forms import RefusableForm
from core.web.http import HttpRequest

_SALT = "comments.complaint"


class ComplaintForm(RefusableForm):
    text = forms.CharField(
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("Name the place, and how it is in truth. A source helps."),
        strip=False,
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Write what is wrong.")},
        widget=forms.Textarea(attrs={"rows": 8, "data-autosize": True}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        help_text=gettext_lazy("We will answer to this address. Only the editors see it."),
        error_messages={"required": gettext_lazy("Write an address for the answer.")},
    )
    page = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=MAX_ID)
    # Made when the page opens, so that a form sent twice is one complaint.
    key = forms.UUIDField(widget=forms.HiddenInput)

    def know_sender(self) -> None:
        """A reader's name and address need not be asked for."""
        del self.fields["name"]
        del self.fields["email"]

    def keep_draft(self, name: str) -> None:
        self.fields["text"].widget.attrs["data-draft-key"] = name


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    """Send a complaint. `page` is the signed description of the publication's page; `comment` is
    the id of the sender's comment whose text fills the form."""
    if request.method != "POST":
        return _page(request, _prefilled(request))
    form = ComplaintForm(request.POST)
    if isinstance(request.user, User):
        form.know_sender()
    if not form.is_valid():
        return _page(request, form)
    try:
        sent = _send(request, form)
    except DomainError as error:
        form.refuse(error)
        return _page(request, form, status=error.status)
    messages.success(
        request,
        _("Complaint No. %(number)s is on its way to the editors.") % {"number": sent.number},
        extra_tags="draft-done:complaint",
    )
    # A token and not the number, which others could count: a stranger has no account to be
    # recognised by.
    return redirect("comments:complaint-sent", token=signing.dumps(sent.pk, salt=_SALT))


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """From the form of a comment: what was typed there is in the complaint, and is not posted."""
    form = _empty(
        request, {"text": request.POST.get("text", ""), "page": request.POST.get("page", "")}
    )
    return _page(request, form)


@require_safe
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """Show a sent complaint to its sender. The token in the URL is the only credential."""
    sent_complaint = access_sent_complaint(token, salt=_SALT)
    # The token may have been passed on; the link to the comment is for its author alone.
    comment = sent_complaint.comment if sent_complaint.author == request.user else None
    return render(
        request, "comments/complaint_sent.html", {"complaint": sent_complaint, "comment": comment}
    )


@require_safe
def own_complaints(request: HttpRequest) -> HttpResponse:
    complaints = access_own_complaints(request.user, request.site)
    return render(request, "comments/own_complaints.html", {"complaints": complaints})


def _prefilled(request: HttpRequest) -> ComplaintForm:
    requested = read_id(request.GET.get("comment", ""))
    # Only the comment's own author may have its text filled in: it may be hidden from everybody
    # else.
    if requested is not None:
        comment, _author = access_comment_for_appeal(request.user, requested)
        thread = comment.thread
        page = sign(thread, CommentedPage(thread.title, thread.url))
        data: dict[str, str | int] = {"text": comment.text, "comment": comment.pk, "page": page}
        return _empty(request, data)
    return _empty(request, {"page": request.GET.get("page", "")})


def _empty(request: HttpRequest, initial: dict[str, str | int]) -> ComplaintForm:
    form = ComplaintForm(initial=initial | {"key": str(uuid.uuid4())})
    if isinstance(request.user, User):
        form.know_sender()
    # A text that came with the request must not be replaced by an old draft of the browser.
    if not initial.get("text"):
        form.keep_draft("complaint")
    return form


def _send(request: HttpRequest, form: ComplaintForm) -> Complaint:
    data = form.cleaned_data
    address = request.ip
    if isinstance(request.user, User):
        user = request.user
        sender = actions.Sender(user, user.display_name, user.email, address)
    else:
        sender = actions.Sender(None, data["name"], data["email"], address)
    site, thread, page = _about(request, data["page"])
    return actions.send_complaint(
        site=site,
        text=data["text"],
        sender=sender,
        page=page,
        thread=thread,
        comment=_own_comment(request, data["comment"]),
        key=data["key"],
    )


def _about(request: HttpRequest, token: str) -> tuple[Site, Thread | None, CommentedPage | None]:
    if not token:
        return request.site, None, None
    data = unsign(token)
    thread = find_thread(data.site, data.key, data.page.url)
    return thread.site, thread, data.page


def _own_comment(request: HttpRequest, comment_id: int | None) -> Comment | None:
    if comment_id is None:
        return None
    comment, _author = access_comment_for_appeal(request.user, comment_id)
    return comment


def _page(request: HttpRequest, form: ComplaintForm, *, status: int = 0) -> HttpResponse:
    site, thread, page = _about(request, str(form["page"].value() or ""))
    context = {
        "form": form,
        "about": page,
        "back": page.url if page else "",
        "complaints_email": site.complaints_email,
        "thread": thread,
    }
    code = status or (422 if form.errors else 200)
    return render(request, "comments/complaint.html", context, status=code)

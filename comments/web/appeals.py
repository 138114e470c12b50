from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comments import actions
from comments.models import Comment
from comments.moderation.appeals import LONGEST
from comments.moderation.decisions import AGAINST
from comments.permissions import access_comment_for_appeal, access_own_reports
from comments.reading.viewer import as_hidden, own_comments
from comments.states import State
from comments.web.thread import comment_url
from core.errors import NotFound
from core.web.forms import RefusableForm
from core.web.http import HttpRequest


class AppealForm(RefusableForm):
    text = forms.CharField(
        label=gettext_lazy("Why you disagree"),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Say why you disagree.")},
        widget=forms.Textarea(attrs={"rows": 5, "data-autosize": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, author = access_comment_for_appeal(request.user, comment_id)
    # An old link from an e-mail may lead here after the comment was restored.
    if State(comment.state) not in AGAINST:
        return redirect(comment_url(comment))
    form = _form(request, comment)
    if form.carry_out(
        lambda: actions.make_appeal(comment=comment, author=author, text=form.cleaned_data["text"])
    ):
        messages.success(
            request,
            _("Your appeal has been made. The answer will come by mail and stand here."),
            extra_tags=f"draft-done:appeal:{comment.pk}",
        )
        return redirect("comments:own-comments")
    hidden = as_hidden(comment)
    # The editors chose not to notify the author, so the page must not reveal the decision.
    if hidden is None:
        raise NotFound
    status = 422 if form.errors else 200
    context = {"form": form, "comment": comment, "hidden": hidden}
    return render(request, "comments/appeal.html", context, status=status)


def _form(request: HttpRequest, comment: Comment) -> AppealForm:
    form = AppealForm(request.POST if request.method == "POST" else None)
    form.fields["text"].widget.attrs["data-draft-key"] = f"appeal:{comment.pk}"
    return form


@require_safe
def own_comments_page(request: HttpRequest) -> HttpResponse:
    author = access_own_reports(request.user, request.site)
    items, after = own_comments(author, request.site, cursor=request.GET.get("after", ""))
    return render(request, "comments/own_comments.html", {"items": items, "after": after})

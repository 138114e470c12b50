from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comments import actions
from comments.models import Rule
from comments.moderation.reports import LONGEST_NOTE
from comments.permissions import access_comment_for_report, access_own_reports
from comments.reading.viewer import own_reports
from comments.web.forms import RuledForm
from comments.web.thread import comment_url
from core.web.http import HttpRequest


class ReportForm(RuledForm):
    rule: "forms.ModelChoiceField[Rule]" = forms.ModelChoiceField(
        label=gettext_lazy("The rule that the comment breaks"),
        queryset=None,
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the rule that the comment breaks.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What the editors should know"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": True}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment, reporter = access_comment_for_report(request.user, comment_id)
    posted = request.POST if request.method == "POST" else None
    form = ReportForm(posted, site=comment.thread.site)
    if form.carry_out(
        lambda: actions.report_comment(
            comment=comment,
            reporter=reporter,
            rule_code=form.rule_code,
            note=form.cleaned_data["note"],
            address=request.ip,
        )
    ):
        messages.success(request, _("Thank you: the editors will look at this comment."))
        return redirect(comment_url(comment))
    status = 422 if form.errors else 200
    context = {"form": form, "comment": comment}
    return render(request, "comments/report.html", context, status=status)


@require_safe
def own_reports_page(request: HttpRequest) -> HttpResponse:
    reporter = access_own_reports(request.user, request.site)
    items, after = own_reports(reporter, request.site, cursor=request.GET.get("after", ""))
    return render(request, "comments/own_reports.html", {"items": items, "after": after})

"""The person's own pages: name and language, history, sanctions, sessions, data."""

from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.actions import (
    end_session,
    rename,
    request_erasure,
    request_export,
    set_language,
    withdraw_erasure,
)
from accounts.models import ErasureRequest
from accounts.permissions import UnderSanction, access_export, access_session, active_sanctions
from accounts.web.fields import DisplayNameField, refused_form
from accounts.web.person import account_holder, posted
from accounts.web.proof import fresh_proof
from core.errors import InvalidInput
from core.web.http import HttpRequest


class ProfileForm(forms.Form):
    display_name = DisplayNameField(
        label=_("Name shown under your comments"),
        help_text=_("Your former name stays closed to others for half a year."),
    )
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)


class ErasureForm(forms.Form):
    comments = forms.ChoiceField(
        label=_("What to do with your comments"),
        choices=ErasureRequest.Comments.choices,
        widget=forms.RadioSelect,
    )


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = account_holder(request)
    initial = {"display_name": user.display_name, "language": user.language}
    form = ProfileForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["display_name"]
            rename(user=user, name=name, site=request.site, ip=request.ip)
            set_language(user=user, language=form.cleaned_data["language"])
        except InvalidInput as refused:
            refused_form(form, refused)
        except UnderSanction as refused:
            form.add_error("display_name", str(refused))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("accounts:profile")
    ip = request.ip
    sanctions = active_sanctions(user, request.site, timezone.now(), ip)
    context = {"form": form, "sanctions": sanctions}
    return render(request, "accounts/profile.html", context)


@login_required
def history(request: HttpRequest) -> HttpResponse:
    events = account_holder(request).events.select_related("name_change").order_by("-id")[:100]
    return render(request, "accounts/history.html", {"events": events})


class SessionsView(ListUserSessionsView):
    """The list of sessions, and a button that ends all others."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        fresh_proof(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


@require_POST
@login_required
def end_one_session(request: HttpRequest, session_id: int) -> HttpResponse:
    session: UserSession = access_session(request.user, session_id)
    end_session(user=account_holder(request), session=session, proof=fresh_proof(request))
    messages.success(request, gettext("The session is ended."))
    return redirect("usersessions_list")


@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    user = account_holder(request)
    context = {
        "form": ErasureForm(),
        "export": user.exports.exclude(expires_at__lte=timezone.now()).first(),
        "erasure": user.erasure_requests.filter(withdrawn_at=None, done_at=None).first(),
    }
    return render(request, "accounts/own_data.html", context)


@require_POST
@login_required
def ask_for_export(request: HttpRequest) -> HttpResponse:
    user = account_holder(request)
    request_export(user=user, proof=fresh_proof(request))
    messages.success(
        request, gettext("We are making the file and will write to you when it is ready.")
    )
    return redirect("accounts:own-data")


@login_required
def download_export(request: HttpRequest, export_id: int) -> FileResponse:
    export = access_export(request.user, export_id)
    # The file is everything that we know of the person.
    fresh_proof(request)
    return FileResponse(export.file.open(), as_attachment=True, filename="otklik-my-data.zip")


@require_POST
@login_required
def ask_for_erasure(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/own_data.html", {"form": form}, status=422)
    choice = ErasureRequest.Comments(form.cleaned_data["comments"])
    user = account_holder(request)
    request_erasure(user=user, comments=choice, proof=fresh_proof(request))
    return redirect("accounts:own-data")


@require_POST
@login_required
def take_erasure_back(request: HttpRequest) -> HttpResponse:
    withdraw_erasure(user=account_holder(request))
    messages.success(request, gettext("Your account stays."))
    return redirect("accounts:own-data")

"""The pages of a fresh proof for people who have no password."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    is_reauthentication_required,
    raise_if_reauthentication_required,
    resume_request,
)
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import PasswordSetView
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.web.person import account_holder
from accounts.web.proof import APP, must_sign_in_again
from accounts.web.signon import ARRIVAL
from core.web.http import HttpRequest

# What a person sent before they were asked, kept while they are signed out.
_SENT_BEFORE = "accounts_sent_before"
_CARRIED_ON = (STATE_SESSION_KEY, *ARRIVAL)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign the person out, lead them to the sign-in, and then carry on with what they sent."""
    user = account_holder(request)
    then = get_next_redirect_url(request) or "/"
    if not must_sign_in_again(request):
        return _carry_on(request, then)
    if request.method != "POST":
        return render(request, "account/sign_in_again.html", {"next": then})
    session = request.session
    saved = {
        "user": user.pk,
        "state": {name: session[name] for name in _CARRIED_ON if name in session},
    }
    get_adapter(request).logout(request)
    request.session[_SENT_BEFORE] = saved
    back = _leading_to("accounts:sign-in-again", then)
    return redirect(_leading_to("account_login", back))


def _carry_on(request: HttpRequest, then: str) -> HttpResponse:
    saved = request.session.pop(_SENT_BEFORE, None)
    # Another person may have signed in with the same browser.
    if saved and saved["user"] == request.user.pk:
        request.session.update(saved["state"])
    if is_reauthentication_required(request, app=APP):
        # They have a password, or a second step.
        return redirect(_leading_to("account_reauthenticate", then))
    resumed: HttpResponse | None = resume_request(request)
    return resumed or redirect(then)


class SetPasswordView(PasswordSetView):
    """Asks for the proof before the form, so that no session ever stores a password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            raise_if_reauthentication_required(request, app=APP)
        except ReauthenticationRequired:
            way = get_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
            return redirect(f"{way}?{urlencode({'next': request.path})}")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


set_password = login_required(SetPasswordView.as_view())


def _leading_to(page: str, then: str) -> str:
    return f"{reverse(page)}?{urlencode({'next': then})}"

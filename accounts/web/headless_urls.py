"""In front of allauth's headless addresses of the same path."""

from typing import Any

from allauth.headless.constants import Client
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.web import headless, specification
from accounts.web.entrance import HeadlessSignupView, HeadlessSocialSignupView


@csrf_exempt
def _not_here(_request: HttpRequest) -> HttpResponse:
    raise Http404


_NOT_HERE = (
    # allauth serves these even where accounts have no telephone numbers, and fails.
    *("account/phone", "auth/phone/verify", "auth/phone/verify/resend"),
    # Signs in by a token that no sign-in begun here has led to, so by a stolen one, too.
    "auth/provider/token",
)


# Each reads an address, a code or a password that a person has typed, or asks for a fresh proof.
_OURS: dict[str, Any] = {
    "auth/login": headless.LoginView,
    "auth/code/request": headless.RequestLoginCodeView,
    "auth/code/confirm": headless.ConfirmLoginCodeView,
    "auth/password/request": headless.RequestPasswordResetView,
    "auth/password/reset": headless.ResetPasswordView,
    "auth/email/verify": headless.VerifyEmailView,
    "auth/2fa/authenticate": headless.AuthenticateView,
    "auth/2fa/reauthenticate": headless.ReauthenticateFactorView,
    "account/email": headless.ManageEmailView,
    "account/password/change": headless.ChangePasswordView,
    "auth/sessions": headless.SessionsView,
}

urlpatterns = [
    path("openapi.json", specification.as_json, name="headless-specification-json"),
    path("openapi.yaml", specification.as_yaml, name="headless-specification-yaml"),
    *(path(f"{client}/v1/{end}", _not_here) for client in ("browser", "app") for end in _NOT_HERE),
    *(
        path(f"{client.value}/v1/{end}", view.as_api_view(client=client))
        for client in (Client.BROWSER, Client.APP)
        for end, view in _OURS.items()
    ),
    path(
        "browser/v1/auth/signup",
        HeadlessSignupView.as_api_view(client=Client.BROWSER),
        name="headless-signup-browser",
    ),
    path(
        "app/v1/auth/signup",
        HeadlessSignupView.as_api_view(client=Client.APP),
        name="headless-signup-app",
    ),
    path(
        "browser/v1/auth/provider/signup",
        HeadlessSocialSignupView.as_api_view(client=Client.BROWSER),
        name="headless-social-signup-browser",
    ),
    path(
        "app/v1/auth/provider/signup",
        HeadlessSocialSignupView.as_api_view(client=Client.APP),
        name="headless-social-signup-app",
    ),
]

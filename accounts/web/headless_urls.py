"""In front of allauth's headless addresses of the same path."""

from allauth.headless.constants import Client
from django.urls import path

from accounts.web.entrance import HeadlessSignupView, HeadlessSocialSignupView

urlpatterns = [
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

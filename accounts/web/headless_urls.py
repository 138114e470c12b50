"""In front of allauth's headless addresses of the same path."""

from allauth.headless.constants import Client
from django.urls import path

from accounts.web.entrance import HeadlessSignupView

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
]

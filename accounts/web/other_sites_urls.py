"""In front of allauth's addresses of the same path; there once `OIDC_SIGNING_KEY` is set."""

from django.urls import include, path

from accounts.web import other_sites

urlpatterns = [
    path("identity/o/authorize", other_sites.AuthorizationView.as_view(), name="authorize-site"),
    path("identity/o/api/token", other_sites.TokenView.as_view(), name="site-token"),
    path("", include("allauth.idp.urls")),
]

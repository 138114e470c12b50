from csp.decorators import csp_update
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from core.api.schema_view import SchemaView
from core.web.mail_reports import reports_from

api = [
    path("", include("accounts.api.urls")),
    path("", include("webhooks.api.urls")),
    path("", include("comments.api.urls")),
    path("", include("certificates.api.urls")),
]

# Swagger UI writes styles into its page, and draws its icons from data: addresses.
_with_styles = csp_update({"style-src": [settings.CSP_SELF, "'unsafe-inline'"]})
_docs = SpectacularSwaggerSplitView.as_view(url_name="schema")

urlpatterns = [
    path("accounts/", include("accounts.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("accounts.web.headless_urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", _with_styles(_docs), name="api-docs"),
    path("api/v1/", include(api)),
    path("", include("webhooks.web.urls")),
    path("", include("comments.web.urls")),
    path("", include("certificates.web.urls")),
]
if settings.IDP_OIDC_PRIVATE_KEY:
    urlpatterns.append(path("", include("accounts.web.other_sites_urls")))
if settings.ANYMAIL["WEBHOOK_SECRET"]:
    urlpatterns.append(path("anymail/", include(reports_from(settings.MAIL_REPORTS_FROM))))
if apps.is_installed("demo"):
    urlpatterns.append(path("", include("demo.urls")))

handler400 = "core.web.errors.not_understood"
handler404 = "core.web.errors.not_found"
handler500 = "core.web.errors.failed"

from django.http import HttpRequest as DjangoHttpRequest
from django_htmx.middleware import HtmxDetails

from core.models import Site
from core.web.sessions import SessionStore


class HttpRequest(DjangoHttpRequest):
    """A request as it stands behind our middleware."""

    site: Site  # type: ignore[assignment]  # the stubs mean django.contrib.sites, which is not used
    htmx: HtmxDetails
    session: SessionStore

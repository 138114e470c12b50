from django.http import HttpRequest as DjangoHttpRequest
from django_htmx.middleware import HtmxDetails

from core.models import Site
from core.web.sessions import SessionStore


class HttpRequest(DjangoHttpRequest):
    """A request behind our middleware, which sets what is declared here."""

    site: Site  # type: ignore[assignment]  # the stubs mean django.contrib.sites, which is not used
    # The client's IP address behind the trusted proxies: `core.web.middleware.client_ip`.
    ip: str
    htmx: HtmxDetails
    session: SessionStore

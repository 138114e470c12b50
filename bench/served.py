"""The product as Granian serves it, with one address more: a page's many bytes from memory."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

_BODY = b"x" * int(os.environ["BENCH_BYTES"])


def _from_memory(_request: object) -> HttpResponse:
    return HttpResponse(_BODY, content_type="application/json")


application = get_wsgi_application()

from config.urls import urlpatterns as product  # noqa: E402 — Django is set up by the line above

urlpatterns = [path("bench/memory/", _from_memory), *product]
settings.ROOT_URLCONF = __name__

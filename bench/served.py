"""The product as Granian serves it, with one address more: a page's many bytes from memory."""

import os

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from config.wsgi import application

_BODY = b"x" * int(os.environ["BENCH_BYTES"])


def _from_memory(_request: object) -> HttpResponse:
    return HttpResponse(_BODY, content_type="application/json")


from config.urls import urlpatterns as product  # noqa: E402 — `config.wsgi` sets Django up first

__all__ = ["application"]
urlpatterns = [path("bench/memory/", _from_memory), *product]
settings.ROOT_URLCONF = __name__

"""The reports of undelivered e-mails that mail providers post, read by django-anymail."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import anymail.urls
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.urls import URLPattern

from core.inputs import has_unstorable

# What anymail's readers raise for other JSON than their provider's; they check its types nowhere,
# and some read the body before the password.
_UNREADABLE = (
    *(AssertionError, AttributeError, LookupError, TypeError, ValueError),
    *(OverflowError, RecursionError),
)


class _ReadableReports(AnymailBaseWebhookView):
    def run_validators(self, request: HttpRequest) -> None:
        with _refused_if_unreadable():
            super().run_validators(request)

    def parse_events(self, request: HttpRequest) -> Any:
        with _refused_if_unreadable():
            events = super().parse_events(request)
            # They hold the whole report, too.
            if has_unstorable([vars(event) for event in events]):
                raise ValueError("a character that we cannot store")
        return events


@contextmanager
def _refused_if_unreadable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise BadRequest("The report cannot be read") from error


def reports_from(providers: Iterable[str]) -> list[URLPattern]:
    """Return anymail's URLs for these providers; others fail without their keys."""
    routes = {f"{provider}/tracking/" for provider in providers}
    return [_readable(one) for one in anymail.urls.urlpatterns if str(one.pattern) in routes]


def _readable(url: URLPattern) -> URLPattern:
    view: Any = url.callback
    readable: Any = type(view.view_class.__name__, (_ReadableReports, view.view_class), {})
    return URLPattern(url.pattern, readable.as_view(**view.view_initkwargs), name=url.name)

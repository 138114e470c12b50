"""URLs that only take a form."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.web.http import HttpRequest

P = ParamSpec("P")
_View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def posted_from(page: str) -> Callable[[_View[P]], _View[P]]:
    """Take a POST; lead a GET to the page with the form, which has the same URL arguments.

    A browser sends such a GET after a sign-in, and when its user presses Enter in the address bar
    over a form that came back with an error.
    """

    def decorate(view: _View[P]) -> _View[P]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(reverse(page, args=args, kwargs=kwargs))

        return door

    return decorate

"""Answer the public page of a thread before sessions, languages and other middleware run: none of
them affects it. Any other request goes on to the view, which reports errors."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from comments.models import Thread
from comments.page_urls import key_in_path
from comments.reading import snapshots
from comments.reading.pages import PageQuery, Sort
from comments.thread_lookup import thread_keyed
from core.errors import PROBLEM_JSON, DomainError, problem
from core.networks import network_of
from core.paging import BadCursor
from core.slow_requests import PREPARING, SLOW
from core.web.http import HttpRequest as OurRequest

# Matched by hand, because the URL is resolved only after the middleware.
_PATH = re.compile(r"/api/v1/sites/(?P<site>[-\w]+)/threads/(?P<key>.+)/comments/")
_ASKABLE = {"sort", "cursor"}


def public_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[OurRequest], HttpResponseBase]:
    def middleware(request: OurRequest) -> HttpResponseBase:
        return _public_page(request) or get_response(request)

    return middleware


def _public_page(request: OurRequest) -> HttpResponseBase | None:
    match = _PATH.fullmatch(request.path_info) if request.method == "GET" else None
    # `comment=` and unknown parameters are rare; the view answers them.
    if match is None or not _ASKABLE.issuperset(request.GET):
        return None
    thread = thread_keyed(match["site"], key_in_path(match["key"]))
    # A thread for registered readers needs the session, which is not read yet.
    if thread is None or thread.registered_only:
        return None
    query = page_query(request)
    prepared = snapshots.prepared(thread, query)
    if prepared is not None:
        return answer(request, thread, prepared)
    lane = SLOW if query.cursor else PREPARING
    try:
        with lane.take(network_of(request.ip)):
            return answer(request, thread, snapshots.of_thread(thread, query))
    except BadCursor as error:
        # The view would meet it again, after sessions and much else. Made-up cursors are many.
        with translation.override(translation.get_language_from_request(request)):
            return JsonResponse(problem(error), status=error.status, content_type=PROBLEM_JSON)
    except DomainError:
        # The view meets the same error again, and renders it in the reader's language.
        return None


def page_query(request: HttpRequest) -> PageQuery:
    sort = request.GET.get("sort", "")
    return PageQuery(
        sort=Sort(sort) if sort in set(Sort) else Sort.OLDEST, cursor=request.GET.get("cursor", "")
    )


def answer(
    request: HttpRequest, thread: Thread, snapshot: snapshots.Snapshot[Any]
) -> HttpResponseBase:
    """Return the prepared bytes, compressed once for all clients, or 304 if the ETag matches."""
    is_gzipped = "gzip" in request.headers.get("Accept-Encoding", "")
    # A compressed body is another representation and needs another strong ETag (RFC 9110, 8.8.3.3).
    etag = f'{snapshot.etag[:-1]}-gz"' if is_gzipped else snapshot.etag
    response = HttpResponse(
        snapshot.compressed if is_gzipped else snapshot.body, content_type="application/json"
    )
    if is_gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = (
        "private, no-cache" if thread.registered_only else "no-cache"
    )
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=etag, response=response) or response

"""Answer the public page of a thread, and counts, before sessions, languages and other middleware
run: none of them affects these answers, so the front may keep them (`comments/reading/front`). Any
other request goes on to the view, which reports errors."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from comments.models import Thread
from comments.page_urls import key_in_path
from comments.reading import snapshots
from comments.reading.front import counts_are_shareable, page_is_shareable, public_urls
from comments.reading.pages import PageQuery, Sort, counts
from comments.thread_lookup import thread_keyed
from core.errors import PROBLEM_JSON, DomainError, problem
from core.networks import network_of
from core.paging import BadCursor
from core.sites import access_site
from core.slow_requests import PREPARING, SLOW
from core.web.http import HttpRequest as OurRequest

_ASKABLE = {"sort", "cursor"}
# A list of articles has fewer; the limit bounds the one statement that counts them.
_MOST_KEYS = 100


def public_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[OurRequest], HttpResponseBase]:
    def middleware(request: OurRequest) -> HttpResponseBase:
        response = None
        if request.method in public_urls.READING:
            response = _public_page(request) or _counts(request)
        return response or get_response(request)

    return middleware


def _public_page(request: OurRequest) -> HttpResponseBase | None:
    match = public_urls.PAGE.fullmatch(request.path_info)
    # `comment=` and unknown parameters are rare; the view answers them.
    if match is None or not _ASKABLE.issuperset(request.GET):
        return None
    began = time.monotonic()
    thread = thread_keyed(match["site"], key_in_path(match["key"]))
    # A thread for registered readers needs the session, which is not read yet.
    if thread is None or thread.registered_only:
        return None
    query = page_query(request)
    prepared = snapshots.prepared(thread, query)
    lane = SLOW if query.cursor else PREPARING
    try:
        if prepared is None:
            with lane.take(network_of(request.ip)):
                prepared = snapshots.of_thread(thread, query)
    except BadCursor as error:
        # The view would meet it again, after sessions and much else. Made-up cursors are many.
        with translation.override(translation.get_language_from_request(request)):
            return JsonResponse(problem(error), status=error.status, content_type=PROBLEM_JSON)
    except DomainError:
        # The view meets the same error again, and renders it in the reader's language.
        return None
    # A cursor behind the end gives an empty page, and a client can make up many.
    if prepared.page.branches or not query.cursor:
        page_is_shareable(request.META, thread, began)
    return answer(request, thread, prepared)


def _counts(request: OurRequest) -> HttpResponseBase | None:
    match = public_urls.COUNTS.fullmatch(request.path_info)
    if match is None:
        return None
    began = time.monotonic()
    try:
        with SLOW.take(network_of(request.ip)):
            shown = counts(access_site(match["site"]), keys_of(request))
    except DomainError:
        return None
    counts_are_shareable(request.META, began)
    response = HttpResponse(orjson.dumps(shown), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


class TooManyKeys(DomainError):
    code = "too_many_keys"
    title = _("Ask for up to 100 threads at a time")


def keys_of(request: HttpRequest) -> Sequence[str]:
    """Return the keys that counts are asked for; raise `TooManyKeys` for more than a hundred."""
    keys = request.GET.getlist("key")
    if not keys or "keys" in request.GET:
        keys += request.GET.get("keys", "").split(",")
    if len(keys) > _MOST_KEYS:
        raise TooManyKeys
    return keys


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

"""Atom feeds of a site, or of the thread named by `key`. `lang` is ru or en."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.permissions import can_read, find_thread
from comments.reading import feeds
from core.errors import NotFound
from core.sites import access_site
from core.web.http import HttpRequest

_LANGUAGES = {"ru", "en"}


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Of what strangers may read: a feed reader has no account."""
    requested = request.GET.get("lang", "")
    language = requested if requested in _LANGUAGES else "ru"
    slug, key = request.GET.get("site", ""), request.GET.get("key", "")
    url = f"{settings.BASE_URL}{request.get_full_path()}"
    with translation.override(language):
        if not key:
            # A site has no version as a thread has one, so the ETag is made of the feed itself.
            body = feeds.of_site(access_site(slug), language, url)
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            return _answer(request, etag, lambda: body, "public, max-age=60")
        thread = find_thread(slug, key)
        if not can_read(AnonymousUser(), thread):
            raise NotFound(_("This discussion is open to registered readers only."))
        etag = f'"feed-{thread.pk}-{thread.version}-{language}"'
        return _answer(request, etag, lambda: feeds.of_thread(thread, language, url), "no-cache")


def _answer(
    request: HttpRequest, etag: str, body: Callable[[], bytes], caching: str
) -> HttpResponse:
    """The body is made for those alone who do not have it."""
    known = get_conditional_response(request, etag=etag)
    response = known or HttpResponse(
        body(), content_type="application/atom+xml; charset=utf-8", headers={"ETag": etag}
    )
    response.headers["Cache-Control"] = caching
    return response

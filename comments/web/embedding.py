"""Parts for a publication's pages: a thread as HTML, the sign-in window, and the house rules."""

from datetime import datetime
from typing import cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from comments import widget_tokens
from comments.models import RulebookVersion
from comments.permissions import (
    access_rulebook,
    access_rulebook_version,
    can_read,
    find_thread,
)
from comments.reading import snapshots
from comments.reading.pages import PageQuery
from comments.web.origins import POPUP_COOKIE
from comments.web.thread import shown_page
from core.errors import NotFound
from core.inputs import read_id
from core.sites import access_site
from core.web.http import HttpRequest

_LANGUAGES = {"ru", "en"}
_POPUP_LASTS = 30 * 60


@require_safe
def html(request: HttpRequest) -> HttpResponse:
    """A thread as everybody sees it, to be included on the publication's server: SSI, ESI, fetch.

    `site` and `key` name it, `lang` is ru or en.
    """
    thread = find_thread(request.GET.get("site", ""), request.GET.get("key", ""))
    requested = request.GET.get("lang", "")
    language = requested if requested in _LANGUAGES else "ru"
    # Always as a stranger: the publication's server fetches it once for all readers.
    is_public = can_read(AnonymousUser(), thread)
    snapshot = snapshots.of_thread(thread, PageQuery()) if is_public else None
    context = {
        "thread": thread,
        "shown": shown_page(snapshot.page) if snapshot else None,
        "base": f"{request.scheme}://{request.get_host()}",
    }
    with translation.override(language), timezone.override(thread.site.clock):
        response = render(request, "comments/embedded.html", context)
        response.headers["Content-Language"] = language
    # It may be stored, but must be revalidated: a removed comment must not stay on the page.
    response.headers["Cache-Control"] = "no-cache"
    # The same version of a thread is another document in another language.
    etag = f'{snapshot.etag[:-1]}-{language}"' if snapshot else f'"closed-{language}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """The window that a widget opens: gives the page at `origin`, and it alone, a token."""
    site = access_site(request.GET.get("site", ""))
    origin = request.GET.get("origin", "")
    # The token works from this origin alone, so a page elsewhere must not get one.
    if origin not in site.origins:
        raise NotFound(_("This address does not belong to the publication."))
    response: HttpResponse
    if isinstance(request.user, User):
        token = widget_tokens.issue(request, request.user, origin)
        back = _way_back(request, request.user, origin)
        context = {"token": token, "origin": origin, "back": back, "site": site}
        response = render(request, "comments/signed_in.html", context)
        response.delete_cookie(POPUP_COOKIE, samesite="Lax")
    else:
        # The cookie lets the sign-in pages keep their opener: see
        # `origins.popups_keep_their_opener`.
        response = redirect_to_login(request.get_full_path())
        response.set_cookie(
            POPUP_COOKIE,
            "1",
            max_age=_POPUP_LASTS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    # The window hands the token to the page that opened it; the default policy would cut the two
    # apart.
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    # The answer holds the token.
    response.headers["Cache-Control"] = "no-store"
    return response


def _way_back(request: HttpRequest, user: User, origin: str) -> str:
    """Return the URL that takes a sign-in to a page that is cut off from this window."""
    page, state = request.GET.get("page", ""), request.GET.get("state", "")
    # Only the publication's own page may get the code.
    if not state or not page.startswith(f"{origin}/"):
        return f"{origin}/"
    code = widget_tokens.code_for(request, user, origin, state)
    return f"{page.partition('#')[0]}#otklik-code={code}"


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The house rules in force: now, at the time `on`, or of the `version` with this number."""
    version = _rulebook(request)
    successor = RulebookVersion.objects.successor(version)
    context = {"version": version, "successor": successor}
    return render(request, "comments/rules.html", context)


def _rulebook(request: HttpRequest) -> RulebookVersion:
    if "version" in request.GET:
        number = read_id(request.GET["version"])
        if number is None:
            raise NotFound(_("This publication has no such version of its rules."))
        return access_rulebook_version(request.site, number)
    if "on" in request.GET:
        return access_rulebook(request.site.slug, _moment(request.GET["on"]))
    return access_rulebook(request.site.slug)


def _moment(text: str) -> datetime:
    """Return the time that the text names as the API reads it: a date is its first moment."""
    try:
        return cast(datetime, forms.DateTimeField().clean(text))
    except forms.ValidationError as error:
        raise NotFound(_("Write the date as year, month and day: 2026-03-31.")) from error

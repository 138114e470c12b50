"""Every page, once: in the languages, themes and widths by turns. `make screenshots` does all."""

import re
import urllib.error
import urllib.request
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from accounts.models import User
from tests.support.browser.gallery import GALLERY
from tests.support.browser.gallery.acts import sign_in_as
from tests.support.browser.gallery.looking import LOOKS, axe_faults, spoilt
from tests.support.browser.keyboard import walk
from tests.support.roles import routes_of

# Pages that one comes to by what one does on another.
REACHED_BY_DOING = {
    "accounts/confirm-email/",
    "accounts/login/code/confirm/",
    "accounts/reauthenticate/again/",  # asked of people without a password
    "accounts/password/set/",
    "accounts/password/link/",  # by the link in an e-mail
    "accounts/email/undo/",  # by the link in an e-mail
    "accounts/consents/new/",  # shown to people who have not answered a newer consent text
    "accounts/sign-on/new/",
    "accounts/sign-on/tie/",
    "accounts/sign-on/",
    "accounts/3rdparty/signup/",
    "certificates/claim/code/",
    "complaints/sent/<str:token>/",
    "notifications/unsubscribe/<str:token>/",
    "threads/comments/<int:comment_id>/",  # leads on to the article
}
# They take a form; a GET leads to the page with it (`core.web.doors`).
LEADING_BACK = {
    "desk/appeals/<int:appeal_id>/decision/",
    "desk/bulk-decisions/<int:bulk_decision_id>/resume/",
    "desk/bulk-decisions/<int:bulk_decision_id>/undo/",
    "desk/comments/<int:comment_id>/decision/",
    "desk/comments/<int:comment_id>/undo/",
    "desk/complaints/<int:complaint_id>/resending/",
    "desk/keys/",
    "desk/people/<int:user_id>/notes/",
    "desk/people/<int:user_id>/sanctions/",
    "desk/rulebook/draft/discarding/",
    "desk/rulebook/draft/publication/",
    "desk/threads/<int:thread_id>/closing/",
    "desk/threads/<int:thread_id>/reopening/",
    "desk/words/lists/<slug:name>/dry-runs/",
    "desk/words/lists/<slug:name>/dry-runs/<int:dry_run_id>/resume/",
    "registrar/applications/<int:application_id>/decision/",
    "registrar/certificates/<str:number>/email/",
    "registrar/certificates/<str:number>/erasure/",
    "registrar/certificates/<str:number>/revocation/",
    "registrar/decisions/",
}
# Not pages: parts of them, pictures and files.
PARTS = re.compile(
    r"(address-hint|pulse|context|form/preview|html)/$|\.(png|csv|zip|xlsx|json)$|"
    r"(document|picture|archive|feed|export/<int:export_id>|files/<int:file_id>)/$"
)


@pytest.mark.parametrize("area", GALLERY)
def test_nothing_is_wrong_with_any_page(open_browser, places, area):
    email, shots = GALLERY[area]
    looks, pages, faults = cycle(LOOKS), {}, []
    for shot, look in zip(shots, looks, strict=False):
        if not email and look.language in pages:
            # A late response, or what the last page kept in the browser, would show in this one.
            pages.pop(look.language).context.close()
        if look.language not in pages:
            # The checker is a script of ours, which pages of another origin would refuse.
            pages[look.language] = open_browser(
                locale=look.locale, bypass_csp=True, reduced_motion="reduce"
            )
            if email:
                sign_in_as(pages[look.language], User.objects.get(email=email))
        page = pages[look.language]
        page.emulate_media(color_scheme=look.theme)
        try:
            shot.open(page, places[look.language])
            page.set_viewport_size({"width": look.width, "height": 900})
            found = axe_faults(page, is_ours=not shot.is_drawn_by_others)
            if not shot.is_drawn_by_others:
                found += spoilt(page, width=320) + spoilt(page, width=1280, text="200%")
                found += spoilt(page, width=640, text="200%")
                page.set_viewport_size({"width": 1280, "height": 900})
                found += walk(page)
        except (Error, AssertionError) as error:
            found = [str(error)]
        faults += [f"{area}/{shot.name}, {look}: {fault}" for fault in found]
    assert faults == []


@pytest.mark.parametrize("package", ["comments", "certificates", "accounts", "webhooks", "demo"])
def test_every_page_is_in_the_gallery(stack, places, package):
    shown = {
        plain(resolve(urlsplit(shot.address_in(places["ru"])).path).route)
        for _email, shots in GALLERY.values()
        for shot in shots
        if is_ours(shot.address_in(places["ru"]))
    }
    routes = {plain(route) for route in routes_of(package)}
    pages = {route for route in routes if not PARTS.search(route) and is_page(stack.url, route)}
    assert pages - shown - REACHED_BY_DOING - LEADING_BACK == set()


def plain(route):
    return route.replace("^", "").replace("$", "")


def is_ours(address):
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


def is_page(url, route):
    """Return the routes that answer GET for some role."""
    if route.startswith(("api/", "_allauth/", "admin/")):
        return False
    path = re.sub(r"<int:\w+>", "1", re.sub(r"<(str|slug):\w+>", "none", route))
    path = re.sub(r"\(\?P<\w+>(\w+)\|.*\)", r"\1", path)
    try:
        urllib.request.urlopen(f"{url}/{path}")
    except urllib.error.HTTPError as refusal:
        return refusal.code != 405
    return True

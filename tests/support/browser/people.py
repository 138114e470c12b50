"""Signing in as one of the demo's people, and registering a new one."""

import re

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.actions import ConsentSource, answer_consents, current_texts, register_person
from accounts.models import User
from core.models import Site
from demo.people import PASSWORD

NEW_PASSWORD = "сосны-у-озера-71"


def new_reader(email, name):
    """Create a person who accepted the consents of registration."""
    person = register_person(email=email, password=PASSWORD, display_name=name)
    given = current_texts(Site.objects.get())
    answer_consents(user=person, given=given, refused=(), source=ConsentSource("test"))
    return person


def agree(page):
    """Tick what registration asks; nothing is ticked beforehand."""
    for tick in page.locator("main input[type=checkbox]").all():
        assert not tick.is_checked()
        tick.check()


def sign_in(page, person, *, then="/"):
    """Open a page as a person whose session exists already."""
    client = Client()
    client.force_login(User.objects.get(email=person.email))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": settings.BASE_URL}]
    )
    page.goto(then)
    expect(page).to_have_url(re.compile(re.escape(then) + r"(\?|#|$)"))


def sign_in_by_form(page, person, *, then="/"):
    page.goto(f"/accounts/login/?next={then}")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    expect(page).to_have_url(re.compile(re.escape(then) + r"(\?|#|$)"))


def register(page, email_to, *, email, name):
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=display_name]").fill(name)
    page.locator("input[name=password1]").fill(NEW_PASSWORD)
    agree(page)
    page.locator("main form .button--primary").click()
    code = page.locator("input[name=code]")
    expect(code).to_be_visible()
    code.fill(re.search(r"^\s*(\d{8})\s*$", email_to(email).text, re.MULTILINE).group(1))
    code.press("Enter")

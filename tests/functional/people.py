"""Signing in as one of the demo's people."""

import re

from playwright.sync_api import expect

from demo.people import PASSWORD


def sign_in(page, person, *, then="/"):
    page.goto(f"/accounts/login/?next={then}")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    expect(page).to_have_url(re.compile(re.escape(then) + r"(\?|#|$)"))

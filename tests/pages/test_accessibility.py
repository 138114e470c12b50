import pytest
from playwright.sync_api import expect

from tests.support.browser.axe import axe_violations

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/trial/", "/accounts/login/", "/accounts/signup/", "/none/"])
def test_axe_finds_nothing(page, path, theme):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(path)
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in axe_violations(page)] == []


def test_the_content_is_one_key_away(page):
    page.goto("/trial/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

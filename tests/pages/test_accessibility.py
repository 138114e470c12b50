import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/trial/", "/accounts/login/", "/accounts/signup/", "/none/"])
def test_axe_finds_nothing(page, path, theme):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(path)
    violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in violations] == []


def test_the_content_is_one_key_away(page):
    page.goto("/trial/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

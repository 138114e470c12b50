import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture
def page(live_server, site, settings):
    """A page of headless Chromium; it fails the test when the page's scripts or policy complain."""
    settings.ROOT_URLCONF = "tests.support.trial_urls"
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(locale="ru", base_url=live_server.url).new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if "Content Security" in message.text else None
            ),
        )
        yield page
        browser.close()
    assert complaints == []

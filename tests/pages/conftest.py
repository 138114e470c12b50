import pytest

from tests.support.browser.launching import new_page, running_chromium


@pytest.fixture(scope="module")
def chromium():
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium, live_server, site, settings):
    """A page of headless Chromium; it fails the test when the page's scripts or policy complain."""
    settings.ROOT_URLCONF = "tests.support.trial_urls"
    complaints = []
    context = chromium.new_context(locale="ru", base_url=live_server.url)
    page = new_page(context)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security" in message.text else None
        ),
    )
    yield page
    context.close()
    assert complaints == []

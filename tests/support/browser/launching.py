"""Headless Chromium, with waits that suit a busy machine."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.waiting import SECONDS_TO_WAIT

_CHROMIUM = Path(__file__).with_name("chromium")
_FLAGS = [
    "--no-sandbox",  # it refuses to start as root with one
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_chromium():
    """Run it for a module at most: Playwright's event loop breaks other synchronous tests."""
    expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # That loop runs in this thread, from which Django would refuse to query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


def new_page(context):
    page = context.new_page()
    page.set_default_timeout(SECONDS_TO_WAIT * 1000)
    return page

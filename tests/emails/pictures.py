"""`make emails`: every e-mail as a mail program shows it. No test, as its name says.

A mail program shows the HTML part below what it says itself of the e-mail, without scripts and
without fetching anything; some have a dark look, some show the plain text alone.
"""

import shutil
from html import escape
from itertools import product

import pytest
from playwright.sync_api import sync_playwright

from tests.support.emails.catalogue import EMAILS
from tests.support.paths import ROOT

PICTURES = ROOT / "var/emails"
LANGUAGES = ["ru", "en"]
_LOOKS = list(product(["light", "dark"], [800, 360]))
_FRAME = """<!DOCTYPE html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>
:root {{ color-scheme: light dark }}
body {{ margin: 0; font: 14px/1.5 Arial, sans-serif }}
header {{ padding: 12px 16px; border-bottom: 1px solid #8888 }}
header b {{ display: block; font-size: 18px; line-height: 1.3 }}
iframe {{ display: block; width: 100%; border: 0 }}
pre {{ margin: 0; padding: 16px; font: 14px/1.5 monospace; white-space: pre-wrap;
  overflow-wrap: anywhere }}
</style>
<header><b>{subject}</b>{sender} → {to}{attached}</header>{part}</html>"""
_INDEX = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every e-mail</title>
<style>body {{ font: 16px system-ui; margin: 1rem }}
img {{ width: 18%; margin: .5%; border: 1px solid #ccc; vertical-align: top }}</style>
<h1>Every e-mail</h1>{rows}</html>"""


@pytest.fixture(scope="module")
def sent_emails():
    """Rendered e-mails by case name and language."""
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", EMAILS, ids=lambda case: case.name)
def test_writing(case, language, sent, sent_emails):
    [sent_emails[case.name, language]] = sent(case, language)


def test_pictures(sent_emails):
    """Rendered last, because Playwright's running event loop breaks certificate signing."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for (name, language), email in sent_emails.items():
            _take(page, email, f"{name}-{language}", language)
        browser.close()
    _write_index()


def _take(page, email, name, language):
    [html] = [part.content for part in email.alternatives if part.mimetype == "text/html"]
    # With no right to scripts; only of the same origin, so that its height can be measured.
    part = f'<iframe sandbox="allow-same-origin" srcdoc="{escape(html)}"></iframe>'
    page.set_content(_framed(email, language, part))
    for theme, width in _LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 600})
        _fit(page)
        page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_content(_framed(email, language, f"<pre>{escape(email.body)}</pre>"))
    page.screenshot(path=PICTURES / f"{name}-text-360.png", full_page=True)
    (PICTURES / f"{name}.txt").write_text(f"{email.subject}\n\n{email.body}")


def _framed(email, language, part):
    attached = "".join(f" · {name}" for name, *_ in email.attachments)
    return _FRAME.format(
        language=language,
        subject=escape(email.subject),
        sender=escape(email.from_email),
        to=escape(", ".join(email.to)),
        attached=escape(attached),
        part=part,
    )


def _fit(page):
    """The frame is as high as the e-mail, and nothing in it is wider than the frame."""
    page.evaluate("document.querySelector('iframe').style.height = '0'")
    high, wide, room = page.evaluate(
        "(root => [root.scrollHeight, root.scrollWidth, root.clientWidth])"
        "(document.querySelector('iframe').contentDocument.documentElement)"
    )
    assert wide <= room
    page.evaluate(f"document.querySelector('iframe').style.height = '{high}px'")


def _write_index():
    rows = "".join(
        f"<h2>{case.name}</h2><p>{''.join(_pictures_of(case.name))}</p>" for case in EMAILS
    )
    (PICTURES / "index.html").write_text(_INDEX.format(rows=rows))


def _pictures_of(name):
    looks = [f"{theme}-{width}" for theme, width in _LOOKS]
    for language, look in product(LANGUAGES, [*looks, "text-360"]):
        file = f"{name}-{language}-{look}.png"
        yield f'<a href="{file}"><img loading="lazy" src="{file}" alt="{language}, {look}"></a>'

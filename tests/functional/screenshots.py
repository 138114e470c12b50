"""`make screenshots`: pictures of every page in every look, and what axe says of each.

No test of the others, so its name keeps it out. A page is loaded once for each language; its themes
and widths are looked at without another load.
"""

from html import escape

import pytest
from playwright.sync_api import Error

from accounts.models import User
from tests.support.browser.gallery import GALLERY
from tests.support.browser.gallery.acts import sign_in_as
from tests.support.browser.gallery.looking import LOOKS, axe_faults
from tests.support.paths import ROOT

PICTURES = ROOT / "var/screenshots"
WAITS = 15_000
INDEX = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>body {{ font: 16px system-ui; margin: 1rem }} nav {{ columns: 14rem }}
img {{ width: 12%; margin: .2%; border: 1px solid #ccc; vertical-align: top }}</style>
<h1>Every page</h1><nav>{contents}</nav>{pictures}</html>"""


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("area", GALLERY)
def test_every_page(open_browser, places, area, language):
    email, shots = GALLERY[area]
    looks = [look for look in LOOKS if look.language == language]
    page = None
    folder = PICTURES / area
    folder.mkdir(parents=True, exist_ok=True)
    faults = []
    for shot in shots:
        for old in folder.glob(f"{shot.name}-{language}-*.png"):
            old.unlink()
        if page is None or not email:
            page = _fresh(page, open_browser, looks[0], email)
        try:
            page.emulate_media(color_scheme=looks[0].theme)
            shot.open(page, places[language])
            for look in looks:
                page.emulate_media(color_scheme=look.theme)
                page.set_viewport_size({"width": look.width, "height": 900})
                page.screenshot(path=PICTURES / named(area, shot, look), full_page=True)
                found = axe_faults(page, is_ours=not shot.is_drawn_by_others)
                faults += [f"{area}/{shot.name}, {look}: {fault}" for fault in found]
        except (Error, AssertionError) as error:
            faults.append(f"{area}/{shot.name}, {language}: {error}")
    write_index()
    assert faults == []


def _fresh(page, open_browser, look, email):
    """Return a page of a new browser profile in place of `page`; one who signs in keeps it."""
    if page is not None:
        page.context.close()
    page = open_browser(locale=look.locale, bypass_csp=True, reduced_motion="reduce")
    page.set_default_timeout(WAITS)
    if email:
        sign_in_as(page, User.objects.get(email=email))
    return page


def named(area, shot, look):
    return f"{area}/{shot.name}-{look.language}-{look.theme}-{look.width}.png"


def write_index():
    names = [(area, shot) for area, (_email, shots) in GALLERY.items() for shot in shots]
    contents = "".join(
        f'<a href="#{area}-{shot.name}">{area}: {shot.name}</a><br>' for area, shot in names
    )
    pictures = "".join(
        f'<h2 id="{area}-{shot.name}">{escape(area)}: {escape(shot.name)}</h2>'
        + "".join(picture(area, shot, look) for look in LOOKS)
        for area, shot in names
    )
    (PICTURES / "index.html").write_text(INDEX.format(contents=contents, pictures=pictures))


def picture(area, shot, look):
    name = named(area, shot, look)
    label = f"{look.language}, {look.theme}, {look.width}"
    return f'<a href="{name}"><img loading="lazy" src="{name}" alt="{label}" title="{label}"></a>'

"""`make screenshots`: no test of anything, so its name keeps it out of the others.

A page is loaded once for each language; its themes and widths are looked at without another load.
"""

import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import groupby, product

import pytest
from playwright.sync_api import Error

from certificates.models import Application, Certificate
from comments.actions import Sender, post_comment, send_complaint
from comments.models import Comment
from comments.permissions import find_thread
from config.embedded import valkey
from core.models import Site
from demo.articles import ARTICLES
from demo.people import READER, SECOND_READER

from .applying import confirm, fill_in
from .conftest import ROOT, wait_for
from .gallery import SHOTS, Places, Shot
from .hosting import host_page
from .people import sign_in

PICTURES = ROOT / "var/screenshots"
LANGUAGES = {"ru": "ru-RU", "en": "en-US"}
LOOKS = list(product(["light", "dark"], [1280, 360]))
WAITS = 15_000
WIDGET = "**/comments/widget.js"
_INDEX = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>body { font: 16px system-ui; margin: 1rem }
img { width: 23%%; margin: .5%%; border: 1px solid #ccc; vertical-align: top }</style>
<h1>Every page</h1>%s</html>"""


@pytest.fixture
def places(stack, page) -> Iterable[Mapping[str, Places]]:
    """By language."""
    sign_in(page, READER)
    fill_in(page, email="lebedeva@example.org")
    confirm(page)
    application = Application.objects.get()
    certificate = wait_for(lambda: Certificate.objects.filter(sealed_at__isnull=False).first())
    published = Comment.objects.filter(state="published", author__email=READER.email).first()
    others = Comment.objects.filter(state="published", author__email=SECOND_READER.email).first()
    thread = find_thread("vesti", ARTICLES[0].key)
    shouted = "ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ, ЗНАЧИТ, ТАК ЗДЕСЬ ПРИНЯТО"
    held = post_comment(author=published.author, thread=thread, text=shouted)
    sender = Sender(published.author, READER.name, READER.email, "127.0.0.1")
    said = "В статье ошибка: кластеров не 142, а 141. Источник — сайт министерства."
    complaint = send_complaint(site=thread.site, text=said, sender=sender, thread=thread)
    with ExitStack() as homes:
        addresses = {
            language: homes.enter_context(
                host_page(stack.url, key=thread.key, port=valkey.free_port(), language=language)
            )
            for language in LANGUAGES
        }
        Site.objects.update(origins=[stack.url, *addresses.values()])
        yield {
            language: Places(home, published, held, others, application, certificate, complaint)
            for language, home in addresses.items()
        }


def test_every_page(open_browser, places):
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    failed = []
    by_person = [
        (person, list(shots)) for person, shots in groupby(SHOTS, lambda shot: shot.person)
    ]
    for (language, locale), (person, shots) in product(LANGUAGES.items(), by_person):
        page = open_browser(locale=locale)
        page.set_default_timeout(WAITS)
        if person:
            sign_in(page, person)
        for shot in shots:
            try:
                _take(page, shot, places[language], language)
            except (Error, AssertionError) as error:
                failed.append(f"{shot.name} ({language}): {error}")
    _write_index()
    assert failed == []


def _take(page, shot: Shot, here: Places, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.unroute_all()
    if shot.is_plain:
        page.route(WIDGET, lambda route: route.abort())
    page.goto(shot.address if isinstance(shot.address, str) else shot.address(here))
    if shot.act:
        shot.act(page)
    page.evaluate("document.fonts.ready")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=PICTURES / _file(shot, language, theme, width), full_page=True)


def _file(shot: Shot, language: str, theme: str, width: int) -> str:
    return f"{shot.name}-{language}-{theme}-{width}.png"


def _write_index() -> None:
    rows = "".join(f"<h2>{shot.name}</h2><p>{''.join(_pictures_of(shot))}</p>" for shot in SHOTS)
    (PICTURES / "index.html").write_text(_INDEX % rows)


def _pictures_of(shot: Shot) -> Iterable[str]:
    for language, (theme, width) in product(LANGUAGES, LOOKS):
        name = _file(shot, language, theme, width)
        said = f"{language}, {theme}, {width}"
        yield f'<a href="{name}"><img loading="lazy" src="{name}" alt="{said}"></a>'

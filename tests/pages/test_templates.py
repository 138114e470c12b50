"""Checks of every template of the project."""

import re

from tests.support.cases import check_each
from tests.support.paths import ROOT

TEMPLATES = [
    path
    for folder in (ROOT, *(path.parent for path in ROOT.glob("*/apps.py")))
    for path in sorted((folder / "templates").rglob("*.html"))
]
STYLESHEETS = [
    *sorted((ROOT / "static/otklik").glob("*.css")),
    *sorted(ROOT.glob("*/static/*/*.css")),
]
# Mail programs ignore stylesheets; the administration pages are django-unfold's.
PAGES = [path for path in TEMPLATES if not {"mail", "email", "emails", "admin"} & set(path.parts)]
INLINE = re.compile(
    r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script(?![^>]*(?:src=|type="application/json"))"""
)
ICON = re.compile(r"""components/icon\.html["'] with name=["']([\w-]+)""")


def name_of(path):
    return str(path.relative_to(ROOT))


def test_nothing_is_inline_that_the_content_policy_refuses():
    def check(path):
        assert not INLINE.findall(path.read_text())

    check_each(PAGES, check, name=name_of)


def test_icons_that_pages_name_are_drawn():
    sprite = (ROOT / "static/otklik/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {icon for path in TEMPLATES for icon in ICON.findall(path.read_text())}
    assert named <= drawn


def test_classes_that_the_list_offers_are_in_the_stylesheet():
    offered = re.findall(r'class="([^"]+)"', (ROOT / "docs/pages.md").read_text())
    sheets = "".join(path.read_text() for path in STYLESHEETS)
    styled = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    assert {name for names in offered for name in names.split()} <= styled


def test_fonts_that_the_stylesheet_asks_for_are_here():
    sheet = ROOT / "static/otklik/fonts.css"
    urls = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert len(urls) > 20
    assert [font for font in urls if not (sheet.parent / font).resolve().is_file()] == []

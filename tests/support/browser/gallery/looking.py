"""Checks of every page: no axe violation, nothing cut off, nothing overlapping."""

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser.axe import WCAG, axe_violations


@dataclass(frozen=True, slots=True)
class Look:
    language: str
    theme: str
    width: int

    @property
    def locale(self) -> str:
        return {"ru": "ru-RU", "en": "en-US"}[self.language]


LOOKS = [Look(*look) for look in product(["ru", "en"], ["light", "dark"], [1280, 360])]
_LARGE = "size => { document.documentElement.style.fontSize = size }"
_SPOILT = Path(__file__).with_name("spoilt.js").read_text()


def axe_faults(page: Page, *, is_ours: bool = True) -> list[str]:
    violations = axe_violations(page) if is_ours else axe_violations(page, rules=WCAG)
    return [
        f"axe {fault['id']}: {json.dumps(_first(fault), ensure_ascii=False)}"
        for fault in violations
    ]


def _first(fault):
    node = fault["nodes"][0]
    return [node["target"], node["html"], node["failureSummary"]]


def spoilt(page: Page, *, width: int, text: str = "") -> list[str]:
    """Return elements that are cut off, overlap or make the page scroll sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(_LARGE, text)
    try:
        return [f"{width} px, text {text or '100%'}: {fault}" for fault in page.evaluate(_SPOILT)]
    finally:
        page.evaluate(_LARGE, "")

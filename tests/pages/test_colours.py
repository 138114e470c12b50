"""WCAG 2.2: text at 4.5 to 1, edges of controls and signs at 3 to 1, in either theme."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/otklik/tokens.css").read_text()
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS
    )
}
THEMES = ["light", "dark"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in ("paper", "sunk")],
    *[
        (ink, ground)
        for ink in ("accent", "danger", "warn", "good")
        for ground in ("paper", "sunk")
    ],
    *[(tone, f"{tone}-wash") for tone in ("accent", "good", "warn", "danger")],
    *[("ink", f"{tone}-wash") for tone in ("accent", "good", "warn", "danger")],
    ("accent-strong", "sunk"),
    ("ink", "mark"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
]
SIGNS = [
    ("field-edge", "paper"),
    ("field-edge", "sunk"),
    ("rule-strong", "paper"),
    *[(f"chart-{number}", "paper") for number in range(1, 7)],
]


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other, theme):
    darker, lighter = sorted(luminance(COLOURS[name][theme]) for name in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink, ground, theme):
    assert contrast(ink, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("sign", "ground"), SIGNS)
def test_signs_can_be_told_from_the_ground(sign, ground, theme):
    assert contrast(sign, ground, theme) >= 3


def test_every_colour_is_a_token():
    folder = Path(__file__).parents[2] / "static/otklik"
    literal = re.compile(r"#[0-9a-f]{3,8}\b(?![\"'])")
    allowed = {"#fff", "#000", "#333", "#999"}  # paper and ink of documents and of print
    for sheet in set(folder.glob("*.css")) - {folder / "tokens.css"}:
        assert set(literal.findall(sheet.read_text())) <= allowed, sheet.name

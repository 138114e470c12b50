"""WCAG 2.2: text at 4.5 to 1, edges of controls and signs at 3 to 1, in either theme."""

import re
from itertools import product

from tests.support.cases import check_each
from tests.support.paths import ROOT

PALETTE = (ROOT / "static/otklik/palette.css").read_text()
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b(?![\"'])|\b(?:rgb|hsl|hwb|(?:ok)?l(?:ab|ch))a?\([^)]*\)")
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", PALETTE
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


def test_text_can_be_read():
    def check(case):
        (ink, ground), theme = case
        assert contrast(ink, ground, theme) >= 4.5

    check_each(product(TEXT, THEMES), check)


def test_signs_contrast_with_the_background():
    def check(case):
        (sign, ground), theme = case
        assert contrast(sign, ground, theme) >= 3

    check_each(product(SIGNS, THEMES), check)


def test_every_colour_is_a_token():
    """Of the pages, the widget, the administration and the demo."""
    ours = [
        path
        for folder in (ROOT / "static/otklik", *ROOT.glob("*/static"))
        for path in sorted(folder.rglob("*.css"))
        if path.name != "palette.css"
    ]
    assert len(ours) > 10
    assert {
        str(path): colours for path in ours if (colours := LITERAL.findall(path.read_text()))
    } == {}


def test_widget_has_the_colours_of_the_pages():
    sheet = (ROOT / "comments/static/comments/widget/styles.js").read_text()
    colours = {colour.replace(" ", "") for colour in LITERAL.findall(sheet)}
    assert len(colours) > 20
    assert colours <= {colour.replace(" ", "") for colour in LITERAL.findall(PALETTE)}


def test_browser_s_own_frame_has_the_colour_of_the_paper():
    base = (ROOT / "templates/base.html").read_text()
    for theme in THEMES:
        colour = COLOURS["paper"][theme]
        assert f'content="{colour}" media="(prefers-color-scheme: {theme})"' in base

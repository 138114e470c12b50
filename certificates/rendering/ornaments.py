"""Redraw the ornaments of the library: python -m certificates.rendering.ornaments

Only for a library that no certificate was issued with: one in use is frozen with its drawings.
"""

import re
from pathlib import Path

from typst import Compiler

from certificates.rendering.design import LIBRARY

SOURCES = ("lib/1/emblem.typ", "lib/1/landscape.typ", "lib/1/portrait.typ")
_LONG_NUMBER = re.compile(rb"(\d\.\d{2})\d+")


def draw(source: Path) -> bytes:
    """Return an SVG with numbers cut to a hundredth of a point."""
    svg = Compiler(source, root=LIBRARY).compile(format="svg")
    if not isinstance(svg, bytes):
        raise TypeError(f"{source} must draw exactly one page")
    return _LONG_NUMBER.sub(rb"\1", svg)


if __name__ == "__main__":
    for name in SOURCES:
        source = LIBRARY / name
        source.with_suffix(".svg").write_bytes(draw(source))

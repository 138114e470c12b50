"""Draw the ornaments of the templates anew: python -m certificates.rendering.ornaments

For a template that nothing was issued from yet: the drawings of the others are frozen with them.
"""

import re
from pathlib import Path

from typst import Compiler

from certificates.rendering.versions import ROOT

SOURCES = ("lib/1/emblem.typ", "publication/1/ornament.typ", "participation/1/ornament.typ")
_LONG_NUMBER = re.compile(rb"(\d\.\d{2})\d+")


def draw(source: Path) -> bytes:
    """SVG, to a hundredth of a point."""
    drawn = Compiler(source, root=ROOT).compile(format="svg")
    if not isinstance(drawn, bytes):
        raise TypeError(f"{source} is to draw one page")
    return _LONG_NUMBER.sub(rb"\1", drawn)


if __name__ == "__main__":
    for name in SOURCES:
        source = ROOT / name
        source.with_suffix(".svg").write_bytes(draw(source))

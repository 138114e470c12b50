"""Draw the ornaments of the library anew: python -m certificates.rendering.ornaments

For a library that nothing was issued by yet: the drawings of the others are frozen with them.
"""

import re
from pathlib import Path

from typst import Compiler

from certificates.rendering.designs import LIBRARY

SOURCES = ("lib/1/emblem.typ", "lib/1/landscape.typ", "lib/1/portrait.typ")
_LONG_NUMBER = re.compile(rb"(\d\.\d{2})\d+")


def draw(source: Path) -> bytes:
    """SVG, to a hundredth of a point."""
    drawn = Compiler(source, root=LIBRARY).compile(format="svg")
    if not isinstance(drawn, bytes):
        raise TypeError(f"{source} is to draw one page")
    return _LONG_NUMBER.sub(rb"\1", drawn)


if __name__ == "__main__":
    for name in SOURCES:
        source = LIBRARY / name
        source.with_suffix(".svg").write_bytes(draw(source))

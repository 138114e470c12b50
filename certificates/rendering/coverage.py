from functools import cache

from fontTools.ttLib import TTFont

from certificates.rendering.compilers import FONTS
from certificates.rendering.errors import UnprintableText

# Every face of every template falls back to this one, so what it has can be printed anywhere.
_LAST_RESORT = ("PTSerif-Regular.ttf", "PTSerif-Italic.ttf")


@cache
def printable() -> frozenset[str]:
    covered = [frozenset(TTFont(FONTS / name).getBestCmap()) for name in _LAST_RESORT]
    shapes = map(chr, frozenset.intersection(*covered))
    return frozenset(filter(str.isprintable, shapes)) | {"\u00a0", "\n"}


def refuse_unprintable(text: str) -> None:
    missing = set(text) - printable()
    if missing:
        raise UnprintableText("".join(sorted(missing)))

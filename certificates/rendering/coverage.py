from functools import cache

from fontTools.ttLib import TTFont

from certificates.rendering.compilers import FONTS
from certificates.rendering.errors import UnprintableText

# Every font list of every template ends with these two families, each upright and in italics.
_FALLBACK_FONTS = (
    ("PTSerif-Regular.ttf", "PTSerif-Italic.ttf"),
    ("NotoSerif-Regular.ttf", "NotoSerif-Italic.ttf"),
)


@cache
def printable() -> frozenset[str]:
    families = [frozenset.intersection(*map(_characters_of, names)) for names in _FALLBACK_FONTS]
    characters = map(chr, frozenset.union(*families))
    # Python calls these two unprintable, but they only arrange the text.
    return frozenset(filter(str.isprintable, characters)) | {"\u00a0", "\n"}


def _characters_of(font: str) -> frozenset[int]:
    return frozenset(TTFont(FONTS / font).getBestCmap())


def refuse_unprintable(text: str) -> None:
    missing = set(text) - printable()
    if missing:
        raise UnprintableText("".join(sorted(missing)))

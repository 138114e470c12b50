from functools import cache

from fontTools.ttLib import TTFont

from certificates.rendering.compilers import FONTS
from certificates.rendering.errors import UnprintableText

# Every font list of every template ends with PT Serif, so its characters can be printed anywhere.
_FALLBACK_FONTS = ("PTSerif-Regular.ttf", "PTSerif-Italic.ttf")


@cache
def printable() -> frozenset[str]:
    character_sets = [frozenset(TTFont(FONTS / name).getBestCmap()) for name in _FALLBACK_FONTS]
    characters = map(chr, frozenset.intersection(*character_sets))
    # Python calls these two unprintable, but they only arrange the text.
    return frozenset(filter(str.isprintable, characters)) | {"\u00a0", "\n"}


def refuse_unprintable(text: str) -> None:
    missing = set(text) - printable()
    if missing:
        raise UnprintableText("".join(sorted(missing)))

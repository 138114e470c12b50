"""Links as people write them: with a scheme or bare, in Cyrillic, with the dot spelled out."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import regex

from comments.screening.words.folding import fold
from core.word_cache import word_cache

# A full stop without a space after it makes «домой.Но» of two sentences, so a bare domain counts
# only under an ending from this list, which leaves out the country codes that are English words.
_ENDINGS = Path(__file__).with_name("data").joinpath("bare_domains.txt").read_text("utf-8").split()
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?+"
_DOT = r"[.。]"
_SPELLED_DOT = r"\s?(?:\[\.\]|\(\.\)|[\[(](?:dot|точка)[\])]|\s(?:dot|точка)\s)\s?"
_HOST = rf"(?:{_LABEL}{_DOT})++{_LABEL}"
_LINK = regex.compile(
    rf"""
    (?<![\p{{L}}\p{{N}}@.-])
    (?:
        (?:h(?:tt|xx)ps?|ftp)://(?:[^\s/@]{{0,80}}@)?+(?P<named>{_HOST}|\[[0-9a-f:.]+\])
      | (?P<www>www{_DOT}{_LABEL}(?:{_DOT}{_LABEL})+)
      | (?P<bare>{_LABEL}(?:{_DOT}{_LABEL})*{_DOT}(?:xn--[a-z0-9-]++|{"|".join(_ENDINGS)}))
      | (?P<spelled>{_LABEL}{_SPELLED_DOT}(?:{"|".join([*_ENDINGS, "ру", "ком"])}))
    )
    (?![\p{{L}}\p{{N}}@-])
    (?P<path>(?::\d+)?(?:[/?#][^\s<>«»"]*)?)
    """,
    regex.VERBOSE,
)
# What every link has, and most texts have not.
_HINT = re.compile(r"[.。]\w|:/|\.[\])]|dot|точка")


@dataclass(frozen=True, slots=True)
class Link:
    """`domain` is as in DNS («xn--…»), without a leading «www.»."""

    text: str
    start: int
    end: int
    domain: str

    def is_within(self, domains: AbstractSet[str]) -> bool:
        allowed = {in_dns(domain) for domain in domains}
        return any(self.domain == one or self.domain.endswith(f".{one}") for one in allowed)


def links_in(text: str) -> Iterator[Link]:
    folded = fold(text)
    if not _HINT.search(folded.text):
        return
    for match in _LINK.finditer(folded.text):
        start, end = folded.original(*match.span())
        shown = text[start:end].rstrip(".,:;!?)»")
        host = match["named"] or match["www"] or match["bare"] or match["spelled"]
        if match["bare"] and not match["path"] and _begins_a_sentence(shown):
            continue
        yield Link(shown, start, start + len(shown), in_dns(host))


def _begins_a_sentence(shown: str) -> bool:
    """«домой.Рус…»: the ending has a capital and the rest has not."""
    ending = regex.split(_DOT, shown)[-1]
    return ending[:1].isupper() and not shown.isupper()


@word_cache(1_024)
def in_dns(domain: str) -> str:
    plain = regex.sub(_SPELLED_DOT, ".", domain.lower().strip()).replace("。", ".")
    try:
        return plain.encode("idna").decode().removeprefix("www.")
    except UnicodeError:
        return plain.removeprefix("www.")

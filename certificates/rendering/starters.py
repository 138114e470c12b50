"""The default templates. A publication gets copies, so an upgrade never changes its documents."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from certificates.rendering.design import Design, SealArea

_FOLDER = Path(__file__).parent.parent / "starters"
_PAGES: Mapping[str, tuple[bool, SealArea]] = {
    "publication": (True, SealArea(111.5, 158.5, 74, 19.5)),
    "participation": (False, SealArea(68, 211, 74, 19.5)),
}


@cache
def starter(slug: str) -> Design:
    is_landscape, seal_area = _PAGES[slug]
    return Design((_FOLDER / f"{slug}.typ").read_text(), is_landscape, seal_area)

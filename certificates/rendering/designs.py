"""What a page is made by: its Typst source, its pictures, and where on it the seal lies."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from certificates.rendering.errors import ForeignCode

LIBRARY = Path(__file__).parent.parent / "typst"
_POINTS_PER_MM = 72 / 25.4
_A4 = (210, 297)  # mm
# Without these words a source reaches nothing but the library and its own pictures: neither a
# package of the network, nor code in its data.
_REACHES_OUT = re.compile(r'\b(?:eval|plugin|std)\b|\b(?:import|include)\b(?!\s*"/lib/)')


class Role(StrEnum):
    LOGO = "logo"
    SIGNATURE = "signature"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG; what it shows is said in words too, in both languages."""

    role: Role
    content: bytes
    alt_ru: str
    alt_en: str

    @property
    def name(self) -> str:
        return f"{self.role}.png"

    @property
    def alts(self) -> dict[str, str]:
        return {"ru": self.alt_ru, "en": self.alt_en}


@dataclass(frozen=True, slots=True)
class SealArea:
    """Millimetres from the upper left corner of the page."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where the signature field lies on the page, in whole points from the lower left corner."""

    left: int
    bottom: int
    right: int
    top: int


@dataclass(frozen=True)
class Design:
    """A version of a template as the compiler takes it: A4, with `pictures` by their roles."""

    source: str
    is_landscape: bool
    seal_area: SealArea
    pictures: tuple[Picture, ...] = ()

    @property
    def page(self) -> tuple[int, int]:
        """Width and height, mm."""
        return (_A4[1], _A4[0]) if self.is_landscape else _A4

    @property
    def seal_place(self) -> SealPlace:
        area = self.seal_area
        top = self.page[1] - area.top
        corners = (area.left, top - area.height, area.left + area.width, top)
        return SealPlace(*(round(corner * _POINTS_PER_MM) for corner in corners))

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of all that the page is made by."""
        area = self.seal_area
        whole = [
            self.source,
            self.page,
            [float(side) for side in (area.left, area.top, area.width, area.height)],
            [
                [picture.role, hashlib.sha256(picture.content).hexdigest(), picture.alts]
                for picture in sorted(self.pictures, key=lambda picture: picture.role)
            ],
        ]
        written = json.dumps(whole, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    def shown(self, language: str) -> dict[str, Any]:
        """What the library asks of the design itself."""
        area = self.seal_area
        return {
            "page": {"width": self.page[0], "height": self.page[1]},
            "place": {
                "left": area.left,
                "top": area.top,
                "width": area.width,
                "height": area.height,
            },
            "pictures": {
                str(picture.role): {"file": f"/{picture.name}", "alt": picture.alts[language]}
                for picture in self.pictures
            },
        }

    def refuse_foreign_code(self) -> None:
        """Raises `ForeignCode`, with the line of the word that reaches out of the template."""
        found = _REACHES_OUT.search(self.source)
        if found is not None:
            raise ForeignCode(found[0], line=self.source.count("\n", 0, found.start()) + 1)


def lay_out(design: Design, folder: Path) -> Path:
    """The design as files; `folder` is all that the compiler may read. Answers the main file."""
    (folder / "lib").symlink_to(LIBRARY / "lib", target_is_directory=True)
    for picture in design.pictures:
        (folder / picture.name).write_bytes(picture.content)
    main = folder / "main.typ"
    main.write_text(design.source, encoding="utf-8", newline="\n")
    return main

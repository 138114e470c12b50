"""The design of a document: its Typst source, images, page, and the place of the seal."""

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
# A source without these words can use only the library and its own images. It can neither import a
# package from the network nor evaluate its data as code.
_REACHES_OUT = re.compile(r'\b(?:eval|plugin|std)\b|\b(?:import|include)\b(?!\s*"/lib/)')


# Called by the library's function or in the template.
_PRINTS_DATIVE = re.compile(r"\bholder-of\(|\bholder_dative\b")


def prints_dative(source: str) -> bool:
    """Return whether a template can print the holder's name in the dative."""
    return _PRINTS_DATIVE.search(source) is not None


class ImageRole(StrEnum):
    LOGO = "logo"
    SIGNATURE = "signature"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class DesignImage:
    """A PNG with its alternative text in both languages."""

    role: ImageRole
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
    """The rectangle of the signature field in whole points from the lower left corner.

    This is the coordinate system of PDF (ISO 32000-1, 8.3.2.3); `SealArea` is that of Typst.
    """

    left: int
    bottom: int
    right: int
    top: int


@dataclass(frozen=True)
class Design:
    """A version of a template in the form that the compiler takes. The page is always A4."""

    source: str
    is_landscape: bool
    seal_area: SealArea
    images: tuple[DesignImage, ...] = ()

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
        """Return the SHA-256, in hexadecimal, of everything that determines how the page looks."""
        area = self.seal_area
        content = [
            self.source,
            self.page,
            [float(side) for side in (area.left, area.top, area.width, area.height)],
            [
                [image.role, hashlib.sha256(image.content).hexdigest(), image.alts]
                for image in sorted(self.images, key=lambda image: image.role)
            ],
        ]
        serialized = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(serialized.encode()).hexdigest()

    def inputs(self, language: str) -> dict[str, Any]:
        """Return what the library reads about the design."""
        area = self.seal_area
        return {
            "page": {"width": self.page[0], "height": self.page[1]},
            "place": {
                "left": area.left,
                "top": area.top,
                "width": area.width,
                "height": area.height,
            },
            "images": {
                str(image.role): {"file": f"/{image.name}", "alt": image.alts[language]}
                for image in self.images
            },
        }

    def refuse_foreign_code(self) -> None:
        """Raise `ForeignCode` if the source uses a word that reaches outside the template."""
        match = _REACHES_OUT.search(self.source)
        if match is not None:
            raise ForeignCode(match[0], line=self.source.count("\n", 0, match.start()) + 1)


def lay_out(design: Design, folder: Path) -> Path:
    """Write the design as files and return the main one. The compiler can read only `folder`."""
    (folder / "lib").symlink_to(LIBRARY / "lib", target_is_directory=True)
    for image in design.images:
        (folder / image.name).write_bytes(image.content)
    main = folder / "main.typ"
    # The same newline on every system: the compiler's errors name lines and columns.
    main.write_text(design.source, encoding="utf-8", newline="\n")
    return main

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent / "typst"


_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where the signature field lies on the page, in whole points from the lower left corner."""

    left: int
    bottom: int
    right: int
    top: int


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A folder of certificates/typst: once certificates were issued from it, it never changes."""

    slug: str
    version: int

    def __str__(self) -> str:
        return f"{self.slug}/{self.version}"

    @classmethod
    def parse(cls, text: str) -> "TemplateVersion":
        """From "publication/1", as it is written into frozen facts."""
        slug, _, version = text.partition("/")
        return cls(slug, int(version))

    @property
    def main(self) -> Path:
        return ROOT / self.slug / str(self.version) / "main.typ"


@cache
def templates() -> tuple[str, ...]:
    return tuple(sorted({path.parts[-3] for path in ROOT.glob("*/*/main.typ")}))


@cache
def latest(slug: str) -> TemplateVersion:
    versions = (int(path.parent.name) for path in (ROOT / slug).glob("*/main.typ"))
    return TemplateVersion(slug, max(versions))


@cache
def seal_place(template: TemplateVersion) -> SealPlace:
    area = json.loads(template.main.with_name("seal.json").read_text())
    top = area["page_height"] - area["top"]
    corners = (area["left"], top - area["height"], area["left"] + area["width"], top)
    return SealPlace(*(round(corner * _POINTS_PER_MM) for corner in corners))

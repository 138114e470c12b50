from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent / "typst"


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


@lru_cache
def latest(slug: str) -> TemplateVersion:
    versions = (int(path.parent.name) for path in (ROOT / slug).glob("*/main.typ"))
    return TemplateVersion(slug, max(versions))

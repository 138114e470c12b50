"""The word lists that a new publication starts with; it edits its own copies afterwards."""

from enum import StrEnum
from pathlib import Path

_DATA = Path(__file__).with_name("data")


class DefaultListKind(StrEnum):
    BANNED = "banned"
    SUSPECT = "suspect"


def default_entries(kind: DefaultListKind, language: str) -> tuple[str, ...]:
    """`language` is ru or en."""
    lines = (_DATA / f"{kind}_{language}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))

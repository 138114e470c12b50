"""Compiles the translations that changed: `python -m devserver.messages`."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_ROOT = Path(__file__).resolve().parent.parent


def compile_changed() -> list[Path]:
    """Compile each .po file that is newer than its .mo file."""
    sources = sorted(
        source
        for pattern in ("locale/*/LC_MESSAGES/*.po", "*/locale/*/LC_MESSAGES/*.po")
        for source in _ROOT.glob(pattern)
        if _is_newer(source, source.with_suffix(".mo"))
    )
    for source in sources:
        _compile(source)
    return sources


def _is_newer(source: Path, target: Path) -> bool:
    return not target.exists() or source.stat().st_mtime > target.stat().st_mtime


def _compile(source: Path) -> None:
    with source.open("rb") as readable:
        catalog = read_po(readable, locale=source.parent.parent.name)
    # Replace the file atomically, because another process may be reading it.
    draft = source.with_suffix(f".{os.getpid()}.mo")
    with draft.open("wb") as writable:
        write_mo(writable, catalog)
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_changed()

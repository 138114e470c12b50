"""Says which texts lack a Russian translation: `python -m config.translations`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

_ROOT = Path(__file__).resolve().parent.parent
_UNREAD = ("bench", "docs", "node_modules", "tests", "var")


def main() -> None:
    # In a copy, for makemessages rewrites the catalogues of the tree it reads.
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy_sources(copy)
        ignored = (option for name in _UNREAD for option in ("--ignore", name))
        subprocess.run(
            [
                *(sys.executable, "manage.py", "makemessages", "--locale", "ru"),
                *("--verbosity", "0", "--no-obsolete", *ignored),
            ],
            cwd=copy,
            check=True,
        )
        lacking = list(_lacking(copy))
    sys.exit("\n".join(lacking) or 0)  # an empty sentence would be a failure too


def _copy_sources(copy: Path) -> None:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listing.stdout.splitlines():
        if (_ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(_ROOT / name, copy / name)


def _lacking(root: Path) -> Iterator[str]:
    for catalogue in sorted(root.rglob("locale/ru/LC_MESSAGES/django.po")):
        with catalogue.open("rb") as file:
            messages = read_po(file, locale="ru")
        for message in messages:
            if message.id and (message.fuzzy or not _is_translated(message)):
                yield f"{catalogue.relative_to(root)}: {message.id!r}"


def _is_translated(message: Message) -> bool:
    if isinstance(message.string, str):
        return bool(message.string)
    return all(message.string or [""])


if __name__ == "__main__":
    main()

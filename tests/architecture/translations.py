"""Check the Russian catalogues: `python -m tests.architecture.translations`.

Reports strings without a Russian translation, English strings that two apps translate differently
(a reader who meets both pages would take them for two things), and catalogues that `make messages`
writes in another way each time.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

_ROOT = Path(__file__).resolve().parents[2]
_SKIPPED = ("bench", "docs", "node_modules", "tests", "var")


def main() -> None:
    # makemessages rewrites the catalogues of the tree that it reads, so it reads a copy.
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy_sources(copy)
        written = _make_messages(copy)
        unstable = [
            f"{path.relative_to(copy)}: `make messages` changes it each time"
            for path, content in _make_messages(copy).items()
            if content != written[path]
        ]
        faults = [*_untranslated(copy), *_translated_differently(copy), *unstable]
    sys.exit("\n".join(faults) or 0)  # sys.exit("") would exit with 1


def _make_messages(copy: Path) -> Mapping[Path, bytes]:
    """Write the catalogues as `make messages` does, and return them."""
    ignored = (option for name in _SKIPPED for option in ("--ignore", name))
    subprocess.run(
        [
            *(sys.executable, "manage.py", "makemessages", "--locale", "ru"),
            *("--verbosity", "0", "--add-location", "file", "--no-obsolete", *ignored),
        ],
        cwd=copy,
        check=True,
    )
    return {path: path.read_bytes() for path in _catalogues(copy)}


def _catalogues(root: Path) -> Sequence[Path]:
    return sorted(root.rglob("locale/ru/LC_MESSAGES/django.po"))


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


def _messages(root: Path) -> Iterator[tuple[Path, Message]]:
    for catalogue in _catalogues(root):
        with catalogue.open("rb") as file:
            messages = read_po(file, locale="ru")
        for message in messages:
            if message.id:
                yield catalogue.relative_to(root), message


def _untranslated(root: Path) -> Iterator[str]:
    for catalogue, message in _messages(root):
        if message.fuzzy or not _is_translated(message):
            yield f"{catalogue}: no translation of {message.id!r}"


def _translated_differently(root: Path) -> Iterator[str]:
    """Compare translations across apps. A context makes another string of the same English."""
    translations = defaultdict(lambda: defaultdict(list))
    for catalogue, message in _messages(root):
        source = (message.context, str(message.id))
        translations[source][str(message.string)].append(str(catalogue))
    for (_context, source), ways in translations.items():
        if len(ways) > 1:
            yield f"{source!r} is translated differently: {dict(ways)}"


def _is_translated(message: Message) -> bool:
    if isinstance(message.string, str):
        return bool(message.string)
    return all(message.string or [""])


if __name__ == "__main__":
    main()

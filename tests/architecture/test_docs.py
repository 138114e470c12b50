"""The files, modules, commands and targets that documents, docstrings and comments name exist.

Patterns such as `<app>/emails.py` are left out.
"""

import ast
import importlib
import io
import re
import subprocess
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from functools import cache
from itertools import accumulate
from pathlib import PurePosixPath

import pytest
import yaml
from babel.messages.pofile import read_po
from django.core.management import get_commands

from tests.support.paths import ROOT

_SOURCES = ("py", "md", "toml", "yaml", "yml", "css", "js", "html", "typ", "conf", "in", "txt")
# `<app>/emails.py`, `{key}/`, `APP/emails.py`, `…`: for people to fill in.
_PATTERN = re.compile(r"[…<>{}]|\.\.\.|\b[A-Z]{3,}(?:/|\.py)")
_SPAN = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(rf"[\w.*-]+(?:/[\w.*-]+)*\.(?:{'|'.join(_SOURCES)})")
_FOLDER = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/")
_IMPORT = re.compile(r"from ([\w.]+) import (\w+(?:, \w+)*)")
_COMMAND = re.compile(r"manage\.py (\w+)")
_TARGET = re.compile(r"(?:^ {4}|`)make (?:\w+=\S+ )?([a-z-]+)\b", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
# Up to a question mark; one that ends in an ellipsis is the beginning of many.
_API = re.compile(r"/api/v1/[\w{}/-]+/(?![\w…/])")
_API_END = re.compile(r"(?<!@)…(/[\w{}/-]+/)")
_PARAMETER = re.compile(r"\{\w+\}|(?<=/sites/)\w+")
# Written by a command when it runs, so Git does not know them.
_MADE = {"index.html", "files.tar"}

Place = tuple[str, int]


@cache
def files() -> frozenset[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(name for name in listing.stdout.splitlines() if (ROOT / name).is_file())


@cache
def folders() -> frozenset[str]:
    return frozenset(str(parent) for name in files() for parent in PurePosixPath(name).parents)


@cache
def packages() -> frozenset[str]:
    return frozenset(
        name.split("/")[0]
        for name in files()
        if name.count("/") == 1 and name.endswith("/__init__.py")
    )


@cache
def endings() -> frozenset[str]:
    """Every path with some of its first folders left out, down to the bare name."""
    paths = [*files(), *folders()]
    return frozenset(
        ending
        for path in paths
        for ending in accumulate(reversed(path.split("/")), lambda end, part: f"{part}/{end}")
    )


def documents() -> Iterator[tuple[str, str]]:
    for name in sorted(files()):
        if name.endswith(".md"):
            yield name, (ROOT / name).read_text()


@cache
def texts() -> Sequence[tuple[Place, str]]:
    """Every line of a document, every docstring and comment of a module."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[Place, str]]:
    for name, text in documents():
        for number, line in enumerate(text.splitlines(), start=1):
            yield (name, number), line
    for name in sorted(files()):
        if name.endswith(".py") and "/migrations/" not in name:
            source = (ROOT / name).read_text()
            yield from (((name, number), text) for number, text in docstrings(source))
            yield from (((name, number), text) for number, text in comments(source))


def lines() -> Iterator[tuple[Place, str]]:
    for name in sorted(files()):
        is_text = PurePosixPath(name).suffix.removeprefix(".") in {*_SOURCES, "sh", ""}
        # Tests write files that do not exist before.
        if is_text and not (name.startswith("tests/") and name.endswith(".py")):
            for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1):
                yield (name, number), line


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            text = ast.get_docstring(node)
            if first is not None and text:
                yield first.lineno, text


def comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def spans() -> Iterator[tuple[Place, str]]:
    for place, text in texts():
        for span in _SPAN.findall(text):
            if not _PATTERN.search(span):
                yield place, span


def fail_over(found: Iterable[tuple[Place, str]]) -> None:
    """Fail with one line for each place that names what does not exist."""
    lines = [f"{name}:{number}: {what}" for (name, number), what in sorted(set(found))]
    if lines:
        pytest.fail("\n".join(["named, but not there:", *lines]), pytrace=False)


def is_file_or_folder(path: str, named_in: str) -> bool:
    """Paths begin at the root, at the folder of the document, or at any folder for short."""
    bare = path.rstrip("/")
    known = folders() if path.endswith("/") else files()
    beside = str(PurePosixPath(named_in).parent / bare)
    if "*" in bare:
        return any(fnmatch(name, bare) or fnmatch(name, beside) for name in known)
    if bare in known or beside in known or bare in _MADE:
        return True
    # Code is named from the root: a short path would go on resolving after a move.
    is_rooted = bare.split("/")[0] in packages() and path.endswith(".py")
    return not is_rooted and bare in endings()


def test_files_and_folders_exist():
    def missing():
        for (name, number), span in spans():
            is_path = _FILE.fullmatch(span) or (
                # The first segment tells a folder of the project from a part of a URL.
                _FOLDER.fullmatch(span) and span.split("/")[0] in folders()
            )
            if is_path and not span.startswith("var/") and not is_file_or_folder(span, name):
                yield (name, number), span

    fail_over(missing())


def test_paths_from_the_root_exist():
    """In every text file, also outside backticks: comments of make, settings of tools."""
    tops = "|".join(sorted({name.split("/")[0] for name in folders()} - {"."}))
    rooted = re.compile(rf"(?<![\w`/.*}}-])(?:{tops})(?:/[\w.*-]+)+\.(?:py|md)\b")

    def missing():
        for place, line in lines():
            for path in rooted.findall(line):
                if not any(fnmatch(name, path) for name in files()):
                    yield place, path

    fail_over(missing())


def test_modules_and_their_names_exist():
    dotted = re.compile(rf"(?<![\w/.@:-])(?:{'|'.join(packages())})(?:\.[A-Za-z_]\w*)+")

    def missing():
        for place, text in texts():
            for name in dotted.findall(text):
                if not _FILE.fullmatch(name) and not is_importable(name):
                    yield place, name

    fail_over(missing())


def test_names_that_readmes_quote_are_in_the_code():
    sources = ("py", "js", "ts", "html", "css", "typ", "toml")
    code = (ROOT / name for name in files() if name.rpartition(".")[2] in sources)
    known = {word for path in code for word in re.findall(r"\w+", path.read_text())}

    def missing():
        for (name, number), span in spans():
            if name.endswith("README.md") and re.fullmatch(r"\w+(?:\.\w+)*(?:\(\))?", span):
                lacking = set(re.findall(r"\w+", span)) - known
                if lacking and not is_file_or_folder(span, name):
                    yield (name, number), span

    fail_over(missing())


def test_imports_in_documents_work():
    def missing():
        for name, text in documents():
            for number, line in enumerate(text.splitlines(), start=1):
                for module, names in _IMPORT.findall(line):
                    for imported in names.split(", "):
                        if not is_importable(f"{module}.{imported}"):
                            yield (name, number), f"{module}.{imported}"

    fail_over(missing())


@cache
def is_importable(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return has_path(value, parts[length:])
    return False


def has_path(value: object, attributes: list[str]) -> bool:
    for attribute in attributes:
        annotated = any(
            attribute in vars(cls).get("__annotations__", {})
            for cls in getattr(value, "__mro__", ())
        )
        if not hasattr(value, attribute):
            return annotated
        value = getattr(value, attribute)
    return True


def test_management_commands_exist():
    commands = get_commands()

    def missing():
        for place, text in texts():
            for command in _COMMAND.findall(text):
                if command not in commands:
                    yield place, f"manage.py {command}"

    fail_over(missing())


def test_targets_of_make_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    def missing():
        for place, text in texts():
            for target in _TARGET.findall(text):
                if target not in targets:
                    yield place, f"make {target}"

    fail_over(missing())


def test_addresses_of_the_api_exist():
    paths = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())["paths"]
    known = {_PARAMETER.sub("{}", path) for path in paths}

    def missing():
        for name, text in documents():
            for number, line in enumerate(text.splitlines(), start=1):
                for path in _API.findall(line):
                    if _PARAMETER.sub("{}", path) not in known:
                        yield (name, number), path
                for end in _API_END.findall(line):
                    if not any(path.endswith(_PARAMETER.sub("{}", end)) for path in known):
                        yield (name, number), f"…{end}"

    fail_over(missing())


def test_every_setting_is_documented():
    read = re.findall(
        r'(?:env\.\w+|_required)\(\s*"([A-Z0-9_]+)"', (ROOT / "config/settings.py").read_text()
    )
    documented = set(_SPAN.findall((ROOT / "docs/operations.md").read_text()))

    assert read
    fail_over((("docs/operations.md", 1), f"no line for {name}") for name in {*read} - documented)


def test_russian_words_of_the_glossary_are_those_of_the_interface():
    shown = [
        form.lower()
        for name in sorted(files())
        if name.endswith("locale/ru/LC_MESSAGES/django.po")
        for message in read_po(io.BytesIO((ROOT / name).read_bytes()), locale="ru")
        for form in ([message.string] if isinstance(message.string, str) else message.string)
    ]

    def missing():
        for number, line in enumerate(
            (ROOT / "docs/glossary.md").read_text().splitlines(), start=1
        ):
            for words in re.split(
                r"[,:] ", line.split("|")[2].strip() if line.count("|") > 4 else ""
            ):
                if re.search("[а-я]", words) and not any(words in text for text in shown):
                    yield ("docs/glossary.md", number), words

    fail_over(missing())


def test_links_between_documents_lead_somewhere():
    def broken():
        for name, text in documents():
            for number, line in enumerate(text.splitlines(), start=1):
                for target in _LINK.findall(line):
                    if "://" not in target and not (ROOT / name).parent.joinpath(target).exists():
                        yield (name, number), target

    fail_over(broken())


@pytest.mark.parametrize(
    ("index", "folder"), [("README.md", "docs"), ("docs/adr/README.md", "docs/adr")]
)
def test_every_document_is_in_its_index(index, folder):
    listed = {
        (ROOT / index).parent.joinpath(target).resolve()
        for target in _LINK.findall((ROOT / index).read_text())
    }
    lacking = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / folder).glob("*.md"))
        if path.resolve() not in listed and path != ROOT / index
    ]

    fail_over(((index, 1), f"no link to {name}") for name in lacking)

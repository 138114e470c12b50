"""Imports that import-linter's contracts cannot express, because they depend on the importer."""

import ast
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_PACKAGES = ("accounts", "certificates", "comments", "core", "demo", "devserver", "webhooks")
_APPS_WITH_PAGES = ("accounts", "certificates", "comments", "demo", "webhooks")


def modules():
    for package in (*_PACKAGES, "config"):
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def name_of(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imported(path):
    """The dotted names that a file imports: modules, and what is taken from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def private_module(name):
    """The package that a private module of `name` belongs to; None without one."""
    parts = name.split(".")
    for index, part in enumerate(parts):
        path = ROOT.joinpath(*parts[: index + 1])
        is_module = path.is_dir() or path.with_suffix(".py").is_file()
        if part.startswith("_") and not part.startswith("__") and is_module:
            return ".".join(parts[:index])
    return None


def foreign_private_imports(path):
    importer = name_of(path)
    for name in imported(path):
        private = private_module(name) if name.split(".")[0] in _PACKAGES else None
        if private and importer != private and not importer.startswith(f"{private}."):
            yield name


def foreign_edge_imports(path):
    """Imports of the pages or the API of another app."""
    app = name_of(path).split(".")[0]
    for name in imported(path):
        package, _, rest = name.partition(".")
        if package in _APPS_WITH_PAGES and package != app and rest.split(".")[0] in {"web", "api"}:
            yield name


@pytest.mark.parametrize("rule", [foreign_private_imports, foreign_edge_imports])
def test_nobody_imports_what_belongs_to_another_package(rule):
    wrong = {
        name_of(path): names
        for path in modules()
        # The configuration puts the apps together.
        if not name_of(path).startswith("config") and (names := list(rule(path)))
    }
    assert wrong == {}


def test_rules_find_a_wrong_import(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.architecture.test_imports.name_of", lambda _path: "comments.tasks")
    wrong = Path(tmp_path / "tasks.py")
    wrong.write_text(
        "from accounts.web.adapter import AccountAdapter\n"
        "from comments.discussion._insert import insert_comment\n"
    )
    assert list(foreign_edge_imports(wrong)) == ["accounts.web.adapter.AccountAdapter"]
    assert list(foreign_private_imports(wrong)) == ["comments.discussion._insert.insert_comment"]

"""Tests import only product code, fixtures and tests.support."""

import ast
from pathlib import Path

from tests.support.paths import ROOT


def imported(path: Path) -> set[str]:
    """The full names of the test modules that a file imports from."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            found.add(".".join(filter(None, (*above, node.module))))
    return {name for name in found if name.partition(".")[0] == "tests"}


def test_tests_import_helpers_from_support_alone():
    elsewhere = {
        str(path.relative_to(ROOT)): names
        for path in (ROOT / "tests").rglob("*.py")
        if (names := {n for n in imported(path) if not f"{n}.".startswith("tests.support.")})
    }
    assert elsewhere == {}

"""docs/asvs.md has every requirement of OWASP ASVS 5.0.0, level 2, and names what exists."""

import ast
import re
from collections import Counter
from functools import cache

from tests.support.paths import ROOT

NUMBERS = (ROOT / "tests/data/asvs-5.0.0.txt").read_text().split()[::2]
STATES = {"holds", "does not apply", "**in part**", "**does not hold**", "**operator**"}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`([\w./-]+\.(?:py|md|js|html|conf|yml|yaml))`")
NUMBER = re.compile(r"V\d+\.\d+\.\d+")


def table():
    """Yield the cells of each requirement: number, what it asks for, state, where, tests."""
    for line in (ROOT / "docs/asvs.md").read_text().splitlines():
        if line.startswith("| V"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@cache
def names_of_tests(path):
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def in_state(*states):
    return {number for number, _asks, state, _where, _tests in table() if state in states}


def explained():
    """Return the numbers in the section of docs/security.md about what does not hold."""
    text = (ROOT / "docs/security.md").read_text()
    section = text.partition("## What does not hold")[2].partition("\n## ")[0]
    *rows, operators = section.strip().split("\n\n")
    first_cells = [row.split("|")[1] for row in rows[-1].splitlines() if row.startswith("| V")]
    return NUMBER.findall(" ".join(first_cells)), NUMBER.findall(operators)


def test_every_requirement_has_one_row_in_order():
    assert len(NUMBERS) == 253
    assert [row[0] for row in table()] == NUMBERS


def test_every_row_has_a_state_and_says_where_or_why():
    for number, _asks, state, where, tests in table():
        assert state in STATES, number
        assert where or state == "**does not hold**", number
        # A requirement met by a document needs only the test that the document exists.
        is_document = where.startswith(("`docs/", "`certificates/slips/README.md`"))
        assert TEST.search(tests) or state not in {"holds", "**in part**"} or is_document, number


def test_files_and_tests_that_it_names_exist():
    missing = []
    for number, _asks, _state, where, tests in table():
        missing += [(number, path) for path in FILE.findall(where) if not (ROOT / path).is_file()]
        missing += [
            (number, f"{path}::{name}")
            for path, name in TEST.findall(tests)
            if not (ROOT / path).is_file() or name not in names_of_tests(path)
        ]
        assert TEST.sub("", tests).strip(", ") == "", number
    assert not missing


def test_what_does_not_hold_is_explained_once_and_nothing_else_is():
    faults, operators = explained()
    assert max(Counter(faults + operators).values()) == 1
    assert set(faults) == in_state("**does not hold**", "**in part**")
    assert set(operators) == in_state("**operator**")

"""Check the English of the project: `python -m tests.support.prose`.

Counts prose that a reader must read twice, in tracked files: docstrings and comments of Python,
English interface strings (the msgids of the Russian catalogues), and names of variables that do not
say what they hold. A marker is a hint, so a small share is allowed.
"""

import argparse
import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from babel.messages.pofile import read_po

_ROOT = Path(__file__).resolve().parents[2]

# Archaic words, and phrases without an actor.
_MARKERS = re.compile(
    r"\b(who(so)?ever|whomever|what(so)?ever|whichever|anew|meanwhile|here(by|in|of)|there(by|in|of)"
    r"|nought|naught|beside|lest|heed|bid(den)?|befall|mend(ed|s)?|somebody|nobody"
    r"|tells? of|(is|are|was|were) told|told (of|by)|(goes?|went) by|stand in"
    r"|stands? (there|in|for|on|at|so|beside)|of (its|their) own|one's own|by itself"
    r"|as (it is|they are)|what (is|was|are) (said|asked|told|done|left))\b",
    re.IGNORECASE,
)
# Docstrings that begin with half a sentence.
_HEADLESS = re.compile(
    r"(What|Whether|Who|Whose|Where|Out of|So that|The same|As (?:it|they)|Not )\b"
)
# What is sent is an e-mail. Letters of the alphabet are letters.
_LETTER = re.compile(r"\bletters?\b", re.IGNORECASE)
_OF_THE_ALPHABET = re.compile(
    r"(capital|small|latin|russian|cyrillic|english|first|mixed|alike|digits?|hyphen|space|alphabet"
    r"|characters?|uppercase|lowercase|spell|(one|two|every|without a|use|next) letters?"
    r"|letters? (by|of the number|A\b))",
    re.IGNORECASE,
)
_VAGUE_NAMES = frozenset({"said", "told", "asked", "found", "sought", "seen", "kept", "written"})

Kind: TypeAlias = Literal["prose", "string", "letter", "name"]
MAX_MARKED_PERCENT = 1.0  # of docstrings and comments
MOST: Mapping[Kind, int] = {"string": 5, "letter": 0, "name": 10}


class Finding(NamedTuple):
    kind: Kind
    place: str
    text: str


def findings(root: Path) -> tuple[int, list[Finding]]:
    """Return the number of docstrings and comments, and everything that was marked."""
    total, marked = 0, list[Finding]()
    for name in _tracked(root):
        text = (root / name).read_text(encoding="utf-8")
        if name.endswith(".po"):
            marked += _strings(name, text)
            continue
        for line, prose, is_docstring in _prose(text):
            total += 1
            if _MARKERS.search(prose) or (is_docstring and _HEADLESS.match(prose)):
                marked.append(Finding("prose", f"{name}:{line}", prose.split("\n")[0]))
        if not name.startswith("tests/"):
            marked += (Finding("name", f"{name}:{line}", it) for line, it in _vague_names(text))
    return total, marked


def exceeded(total: int, marked: Sequence[Finding]) -> list[Kind]:
    """Return the kinds of which there are more than allowed."""
    count = Counter(finding.kind for finding in marked)
    too_many = [kind for kind in MOST if count[kind] > MOST[kind]]
    return too_many + ["prose"] * (100 * count["prose"] > MAX_MARKED_PERCENT * total)


def _tracked(root: Path) -> Iterator[str]:
    listing = subprocess.run(
        ["git", "ls-files", "*.py", "*locale/ru/LC_MESSAGES/django.po"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    # This file is made of the words that it looks for.
    ours = Path(__file__).relative_to(_ROOT).as_posix()
    for name in listing.stdout.splitlines():
        if "/migrations/" not in name and name != ours and (root / name).is_file():
            yield name


def _prose(text: str) -> Iterator[tuple[int, str, bool]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield node.body[0].lineno, docstring, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith(("# noqa", "# type")):
            yield token.start[0], token.string.lstrip("# "), False


def _vague_names(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name in _VAGUE_NAMES:
            yield node.lineno, name


def _strings(name: str, text: str) -> Iterator[Finding]:
    for message in read_po(io.StringIO(text), locale="ru"):
        source = message.id if isinstance(message.id, str) else message.id[0]
        if _MARKERS.search(source):
            yield Finding("string", name, source)
        if _LETTER.search(source) and not _OF_THE_ALPHABET.search(source):
            yield Finding("letter", name, source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="print every finding")
    wants_list = parser.parse_args().list
    total, marked = findings(_ROOT)
    count = Counter(finding.kind for finding in marked)
    share = 100 * count["prose"] / max(total, 1)
    print(
        f"docstrings and comments marked: {count['prose']} of {total} ({share:.1f}%, "
        f"at most {MAX_MARKED_PERCENT}%); interface strings: {count['string']} (at most "
        f"{MOST['string']}); “letter” for an e-mail: {count['letter']} (at most "
        f"{MOST['letter']}); vague names: {count['name']} (at most {MOST['name']})"
    )
    failed = exceeded(total, marked)
    if failed or wants_list:
        for finding in marked:
            print(f"  {finding.kind}: {finding.place}: {finding.text[:110]}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

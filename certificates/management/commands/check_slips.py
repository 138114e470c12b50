import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.fields import FieldKind
from certificates.form.kinds import normalise
from certificates.form.slip_search import find_slips


@dataclass(frozen=True, slots=True)
class SlipResult:
    slip: str | None
    fix: str | None

    def __str__(self) -> str:
        fix = "" if self.fix is None else f" → {self.fix!a} {self.fix}"
        return (self.slip or "nothing") + fix


@dataclass(frozen=True, slots=True)
class Case:
    kind: FieldKind
    value: str
    expected: SlipResult
    others: Mapping[FieldKind, str]


class Command(BaseCommand):
    help = (
        "Check the finding of slips against a file of cases: a JSON list of objects with field, "
        "value, slip and fix. Prints the cases that differ. Exit code: 0 none differs, 1 some "
        "do, 2 the file is broken."
    )
    # The checks are pure functions, so the command works without the rest of the project.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        cases = _read(file)
        different = [(case, got) for case in cases if (got := _found(case)) != case.expected]
        for case, got in different:
            self.stdout.write(
                f"{case.kind}: {case.value!a} {case.value}\n"
                f"  expected: {case.expected}\n"
                f"  got:      {got}"
            )
        if different:
            self.stdout.write(f"{len(different)} of {len(cases)} cases differ.")
            sys.exit(1)
        self.stdout.write(f"{len(cases)} cases, none differs.")


def _read(file: Path) -> list[Case]:
    try:
        return [_case(entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as fault:
        message = f"{file} is not a list of cases {{field, value, slip, fix}}: {fault!r}"
        raise CommandError(message, returncode=2) from fault


def _case(entry: Mapping[str, Any]) -> Case:
    slip, fix, others = entry["slip"], entry["fix"], entry.get("others", {})
    for text in (entry["value"], slip or "", fix or "", *others.values()):
        if not isinstance(text, str):
            raise TypeError(f"{text!r} is not a string")
    kind = _kind(entry["field"])
    # Answers are stored normalised, so a fix may be written with plain quotation marks.
    expected = SlipResult(slip, None if fix is None else normalise(kind, fix))
    return Case(kind, entry["value"], expected, {_kind(name): others[name] for name in others})


def _kind(field: str) -> FieldKind:
    """Return the kind of the case; a kind that we do not have is treated as plain text."""
    return FieldKind(field) if field in set(FieldKind) else FieldKind.TEXT


def _found(case: Case) -> SlipResult:
    for slip in find_slips(case.kind, case.value, case.others):
        return SlipResult(slip.code, slip.correction)
    normalised = normalise(case.kind, case.value)
    return SlipResult(None, None if normalised == case.value else normalised)

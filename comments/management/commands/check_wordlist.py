import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.screening.words.cases import BrokenFile, Case, failing_cases, read_cases


class Command(BaseCommand):
    help = (
        "Check the word matcher against a file of cases: a JSON list of objects with entries, "
        "text and match. Prints the cases that differ. Exit code: 0 none differs, 1 some do, "
        "2 the file is broken."
    )
    # The matcher is pure: neither the database nor the rest of the project has to be in order.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            cases = read_cases(file)
            differences = list(failing_cases(cases))
        except BrokenFile as error:
            raise CommandError(str(error), returncode=2) from error
        for case, is_matched in differences:
            self.stdout.write(_described(case, is_matched=is_matched))
        if differences:
            self.stdout.write(f"{len(differences)} of {len(cases)} cases differ.")
            sys.exit(1)
        self.stdout.write(f"{len(cases)} cases, none differs.")


def _described(case: Case, *, is_matched: bool) -> str:
    return (
        f"entries:  {json.dumps(case.entries, ensure_ascii=False)}\n"
        f"text:     {json.dumps(case.text, ensure_ascii=False)}\n"
        f"expected: {_answer(case.match)}\n"
        f"got:      {_answer(is_matched)}\n"
    )


def _answer(matches: bool) -> str:
    return "match" if matches else "no match"

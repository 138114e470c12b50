"""A round: load, some blows of one kind, and then the comparison."""

import time
from dataclasses import dataclass, field

from django.db import connection

from tests.support.soak import invariants
from tests.support.soak.journal import Journal
from tests.support.soak.load import Load
from tests.support.soak.scenery import Scenery, new_applicants
from tests.support.soak.stack import Stack
from tests.support.soak.totals import Total

# What takes long in a round are documents: so many people apply, and a table has so many rows.
APPLICANTS, ROWS = 4, 6


@dataclass
class Arena:
    """The stack, its people, and the faults that earlier rounds have reported already."""

    stack: Stack
    scenery: Scenery
    journal: Journal
    load: Load
    reported: set[str] = field(default_factory=set)

    def play(self, kind, blows, *, applicants=APPLICANTS, rows=ROWS):
        """Return the result of a round, and what broke in it."""
        begun = time.monotonic()
        before, repeated = self.journal.acknowledged, invariants.repeated_emails(self.stack)
        kills, undone = 0, []
        self.load.start(new_applicants(applicants), rows)
        try:
            self.load.wait_for_progress()
            for _blow in range(blows):
                kills += self._strike(kind)
        except AssertionError as error:
            undone.append(f"{kind.name} does not come back: {error}\n{self.stack.log_ends()}")
        finally:
            self.load.stop()
        self.stack.wait_until_serving()
        connection.close()
        undone += invariants.drain(self.stack)
        findings = invariants.compare(self.stack, self.journal, self.scenery)
        findings.undone += undone
        broken = self._new(findings)
        total = Total(
            rounds=1,
            seconds=round(time.monotonic() - begun),
            blows=blows,
            kills=kills,
            writes=self.journal.acknowledged - before,
            repeated_emails=invariants.repeated_emails(self.stack) - repeated,
            **{name: len(lines) for name, lines in broken.items()},
        )
        return total, [f"{name}: {line}" for name, lines in broken.items() for line in lines]

    def _strike(self, kind):
        with kind.blow(self.stack) as kills:
            self.load.wait_for_requests()
        # A connection of this process may have been among what was killed.
        connection.close()
        self.load.wait_for_progress()
        return kills

    def _new(self, findings):
        """Return the faults that no earlier round has reported, by their kind."""
        new = {
            name: [line for line in lines if f"{name}: {line}" not in self.reported]
            for name, lines in vars(findings).items()
        }
        self.reported |= {f"{name}: {line}" for name, lines in new.items() for line in lines}
        return new

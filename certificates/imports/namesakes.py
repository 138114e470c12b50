"""Rows of one table that are the same: one person written twice, or two people of one name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from certificates.models import Import, ImportRow


@dataclass(frozen=True, slots=True)
class Namesakes:
    """At least two rows with the same answers, in the order of the table."""

    rows: Sequence[ImportRow]

    @property
    def position(self) -> int:
        """The row that is issued for all of them, if they are one person."""
        return self.rows[0].position


def of_import(source: Import) -> Sequence[Namesakes]:
    rows = source.rows.equal_to_others().order_by("digest", "position")
    groups = (Namesakes(list(group)) for _digest, group in groupby(rows, lambda row: row.digest))
    return sorted(groups, key=lambda group: group.position)


def digest_of_another(digest: str, ordinal: int) -> str:
    """Return the digest of the second, third, … person with the same answers.

    It is the same for every upload, so that the same table issues nothing twice.
    """
    return hashlib.sha256(f"{digest}:{ordinal}".encode()).hexdigest()

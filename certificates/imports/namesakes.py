"""Rows that are the same as another row, or as one that an earlier table has issued."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, groupby

from certificates.models import Import, ImportRow, Programme
from certificates.states import RowStatus

_LOOKED_UP_AT_ONCE = 50


class People(StrEnum):
    """The registrar's answer about a group of rows with the same answers."""

    # One person, who gets one certificate, or none if an earlier table gave it.
    ONE = "one"
    # Several people of one name. The first row is the person who has a certificate already, if any.
    SEVERAL = "several"
    # All of them are other people than the one whom an earlier table gave a certificate to.
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Rows with the same answers, in the order of the table; one row if an earlier table had it."""

    rows: Sequence[ImportRow]

    @property
    def position(self) -> int:
        """The first row. It is issued for all, if they are one person without a certificate."""
        return self.rows[0].position

    @property
    def is_issued(self) -> bool:
        """Return whether an earlier table has issued a certificate for the same answers."""
        return self.rows[0].status == RowStatus.REPEATED

    def rows_to_issue(self, people: People) -> Iterator[tuple[ImportRow, str]]:
        """Yield the rows to issue besides the first, each with the digest of another person."""
        digest = self.rows[0].digest
        if people is People.ONE:
            return
        if people is People.OTHERS and self.is_issued:
            ordinals = _free_ordinals(self.rows[0].programme, digest)
            yield from ((row, digest_of_another(digest, next(ordinals))) for row in self.rows)
        else:
            others = enumerate(self.rows[1:], start=2)
            yield from ((row, digest_of_another(digest, ordinal)) for ordinal, row in others)


def of_import(source: Import) -> Sequence[Namesakes]:
    rows = source.rows.equal_to_others().order_by("digest", "position")
    groups = (Namesakes(list(group)) for _digest, group in groupby(rows, lambda row: row.digest))
    return sorted(groups, key=lambda group: group.position)


def digest_of_another(digest: str, ordinal: int) -> str:
    """Return the digest of the second, third, … person with the same answers.

    It is the same for every upload, so that the same table issues nothing twice.
    """
    return hashlib.sha256(f"{digest}:{ordinal}".encode()).hexdigest()


def _free_ordinals(programme: Programme, digest: str) -> Iterator[int]:
    """Yield the ordinals of people with these answers who have no certificate yet."""
    for start in count(2, _LOOKED_UP_AT_ONCE):
        ordinals = range(start, start + _LOOKED_UP_AT_ONCE)
        digests = {ordinal: digest_of_another(digest, ordinal) for ordinal in ordinals}
        issued = ImportRow.objects.issued_in(programme, digests=digests.values())
        yield from (ordinal for ordinal, of_one in digests.items() if of_one not in issued)

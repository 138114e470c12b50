"""How much a reader's report weighs: more from those whom the editors agreed with."""

from dataclasses import dataclass
from datetime import timedelta

FRESH = 1.0
# Of an account that is younger. It costs minutes to register three, and years of comments must not
# be hidden by them. Their reports wait in the editors' queue as all others do.
NEW_ACCOUNT, NEW_ACCOUNT_WEIGHT = timedelta(days=7), 0.0
LEAST, MOST = 0.25, 2.0
# Records are counted over so many last settled reports: an old mistake is forgotten.
REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Record:
    """How many of a person's last settled reports the editors upheld, and declined."""

    upheld: int = 0
    declined: int = 0


def weight(record: Record, *, sample: int, age: timedelta) -> float:
    """Return a reporter's weight, from `LEAST` to `MOST`; until `sample` reports are resolved,
    `NEW_ACCOUNT_WEIGHT` or `FRESH` by the `age` of the account.

    It is twice the share of upheld reports, smoothed by one report of each outcome, so that a
    reporter who is right half the time weighs as much as a new one. Even the least weights add up
    to the threshold, and every report reaches the queue.
    """
    settled = record.upheld + record.declined
    if settled < sample:
        return NEW_ACCOUNT_WEIGHT if age < NEW_ACCOUNT else FRESH
    share = (record.upheld + 1) / (settled + 2)
    return min(MOST, max(LEAST, 2 * share))

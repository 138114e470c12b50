from typing import NamedTuple


class Reading(NamedTuple):
    """The folded text from `start` to `end` looks like `form`.

    `number` is that of the entry word with a wildcard that the form matches; None if the form is
    itself listed.
    """

    start: int
    end: int
    form: str
    number: int | None = None

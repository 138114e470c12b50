from typing import NamedTuple


class Reading(NamedTuple):
    """The folded text from `start` to `end` looks like the listed `form`."""

    start: int
    end: int
    form: str

"""The navigation of a part of the site: its sections, and which of them is open."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Section:
    """`current` is the value for `aria-current`: "page", "true" on a page below, or empty."""

    label: str | Promise
    url: str
    current: str


def sections_at(path: str, entries: Iterable[tuple[str, str | Promise]]) -> list[Section]:
    """Return the sections of `entries`, which are URLs with their labels, as a page shows them.

    One section may be at the root of the others, so the longest matching URL is the current one.
    """
    urls = list(entries)
    open_url = max((url for url, _label in urls if path.startswith(url)), key=len, default="")
    return [
        Section(label, url, _current(path, url) if url == open_url else "") for url, label in urls
    ]


def _current(path: str, url: str) -> str:
    return "page" if path == url else "true"

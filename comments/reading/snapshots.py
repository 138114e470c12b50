"""The public reading path: a page of a thread as bytes, prepared once for each version.

The version is read before the page is built. A change committed in between appears early, never
late: a request after its commit reads the next version.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import orjson

from comments.models import Thread
from comments.reading.pages import (
    Asked,
    RepliesPage,
    ThreadPage,
    replies_page,
    thread_page,
    thread_page_at,
)

_FORMAT = 3  # raised when the same data makes other bytes
_KEPT = 2_000

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[P]):
    """Nothing personal is ever in it. Whether a person may read the thread is asked before."""

    page: P
    body: bytes
    etag: str


def of_thread(thread: Thread, asked: Asked) -> Snapshot[ThreadPage]:
    if not thread.is_opened:
        return _prepared(thread, thread_page(thread, asked))
    return _kept_thread(thread, thread.version, asked)


def of_comment(thread: Thread, comment_id: int) -> Snapshot[ThreadPage] | None:
    """The page that has one comment in: asked for too seldom to be kept."""
    found = thread_page_at(thread, comment_id)
    return _prepared(thread, found) if found else None


def of_replies(thread: Thread, root_id: int, cursor: str) -> Snapshot[RepliesPage]:
    if not thread.is_opened:
        return _prepared(thread, RepliesPage((), ""))
    return _kept_replies(thread, thread.version, root_id, cursor)


@lru_cache(maxsize=_KEPT)
def _kept_thread(thread: Thread, _version: int, asked: Asked) -> Snapshot[ThreadPage]:
    return _prepared(thread, thread_page(thread, asked))


@lru_cache(maxsize=_KEPT)
def _kept_replies(
    thread: Thread, _version: int, root_id: int, cursor: str
) -> Snapshot[RepliesPage]:
    return _prepared(thread, replies_page(thread, root_id, cursor))


def _prepared(thread: Thread, page: P) -> Snapshot[P]:
    return Snapshot(page, orjson.dumps(page), f'"{_FORMAT}-{thread.pk}-{thread.version}"')

"""The public reading path: a page of a thread as bytes, prepared once for each version.

The version is read before the page is built. A change committed in between appears early, never
late: a request after its commit reads the next version.
"""

import hashlib
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Generic, TypeVar

import orjson

from comments.models import Thread
from comments.reading.pages import (
    Branch,
    PageQuery,
    PublicComment,
    RepliesPage,
    ThreadPage,
    replies_page,
    thread_page,
    thread_page_at,
)
from comments.states import ReactionKind


def _shape() -> str:
    """Return a digest of the names in the JSON of a page."""
    names = [
        f"{one.__name__}.{field.name}"
        for one in (ThreadPage, RepliesPage, Branch, PublicComment)
        for field in fields(one)
    ]
    return hashlib.sha256(" ".join([*names, *ReactionKind.values]).encode()).hexdigest()[:8]


# Part of the ETag: after a new field or reaction kind, clients with the old JSON must not get 304.
# Raise the number when the same fields get other values from the same data.
_FORMAT = f"3-{_shape()}"
# For each process and each kind of page.
_CACHED_PAGES = 2_000

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[P]):
    """A page with its JSON. It holds nothing personal; the caller checks who may read it."""

    page: P
    body: bytes
    etag: str


def of_thread(thread: Thread, query: PageQuery) -> Snapshot[ThreadPage]:
    if not thread.is_opened:
        return _rendered(thread, thread_page(thread, query))
    return _cached_thread(thread, thread.version, query)


def of_comment(thread: Thread, comment_id: int) -> Snapshot[ThreadPage] | None:
    """Return the page that shows one comment. It is not cached: links to one comment are rare."""
    page = thread_page_at(thread, comment_id)
    return _rendered(thread, page) if page else None


def of_replies(thread: Thread, root_id: int, cursor: str) -> Snapshot[RepliesPage]:
    if not thread.is_opened:
        return _rendered(thread, RepliesPage((), ""))
    return _cached_replies(thread, thread.version, root_id, cursor)


# The version is an argument only to be part of the key: a changed thread has a new version, and
# the cache drops the pages of the old one when it is full.
@lru_cache(maxsize=_CACHED_PAGES)
def _cached_thread(thread: Thread, _version: int, query: PageQuery) -> Snapshot[ThreadPage]:
    return _rendered(thread, thread_page(thread, query))


@lru_cache(maxsize=_CACHED_PAGES)
def _cached_replies(
    thread: Thread, _version: int, root_id: int, cursor: str
) -> Snapshot[RepliesPage]:
    return _rendered(thread, replies_page(thread, root_id, cursor))


def _rendered(thread: Thread, page: P) -> Snapshot[P]:
    return Snapshot(page, orjson.dumps(page), f'"{_FORMAT}-{thread.pk}-{thread.version}"')

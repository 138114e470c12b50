"""The public reading path: a page of a thread as bytes, prepared once for each version.

The version is read before the page is built. A change committed in between appears early, never
late: a request after its commit reads the next version.

Only pages that exist are cached: first pages of threads, and further ones by cursors that were
handed out. Nothing else that a client sends becomes a key, and the memory is bounded by bytes.
"""

import hashlib
import sys
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from gzip import compress
from typing import Any, Generic, TypeVar

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
from core.sized_cache import SizedCache


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
# Bytes, for each process. Two caches, so that a crawl through the further pages, of which a thread
# may have thousands, leaves the first pages where they are.
_FIRST_PAGES, _FURTHER_PAGES = 96 * 1024 * 1024, 32 * 1024 * 1024
# What Python takes for a comment of a page besides its text, measured with `tracemalloc`.
_BYTES_OF_COMMENT = 1_500
_LEVEL = 5  # further ones cost more time than they save bytes

P = TypeVar("P", ThreadPage, RepliesPage)


@dataclass(frozen=True)
class Snapshot(Generic[P]):
    """A page with its JSON. It holds nothing personal; the caller checks who may read it."""

    page: P
    body: bytes
    etag: str

    @cached_property
    def compressed(self) -> bytes:
        # Without a timestamp the same body always compresses to the same bytes.
        return compress(self.body, _LEVEL, mtime=0)

    @property
    def size(self) -> int:
        """Return at least as many bytes as the snapshot takes, the compressed form included."""
        comments = _comments_of(self.page)
        texts = sum(sys.getsizeof(comment.html) for comment in comments)
        return 2 * len(self.body) + texts + _BYTES_OF_COMMENT * (len(comments) + 1)


_first_pages: SizedCache[Snapshot[Any]] = SizedCache(_FIRST_PAGES)
_further_pages: SizedCache[Snapshot[Any]] = SizedCache(_FURTHER_PAGES)


def of_thread(thread: Thread, query: PageQuery) -> Snapshot[ThreadPage]:
    if not thread.is_opened:
        return _rendered(thread, thread_page(thread, query))
    known = prepared(thread, query)
    if known is not None:
        return known
    return _cached(_cache_of(query), _key(thread, query), thread, thread_page(thread, query))


def prepared(thread: Thread, query: PageQuery) -> Snapshot[ThreadPage] | None:
    """Return the page from the memory of this process, or None."""
    if not thread.is_opened:
        return None
    return _cache_of(query).get(_key(thread, query), thread.version)


def _cache_of(query: PageQuery) -> SizedCache[Snapshot[Any]]:
    return _further_pages if query.cursor else _first_pages


def _key(thread: Thread, query: PageQuery) -> Hashable:
    return "thread", thread.pk, query


def of_comment(thread: Thread, comment_id: int) -> Snapshot[ThreadPage] | None:
    """Return the page that shows one comment. It is not cached: links to one comment are rare."""
    page = thread_page_at(thread, comment_id)
    return _rendered(thread, page) if page else None


def of_replies(thread: Thread, root_id: int, cursor: str) -> Snapshot[RepliesPage]:
    if not thread.is_opened:
        return _rendered(thread, RepliesPage((), ""))
    key = ("replies", thread.pk, root_id, cursor)
    known: Snapshot[RepliesPage] | None = _further_pages.get(key, thread.version)
    return known or _cached(_further_pages, key, thread, replies_page(thread, root_id, cursor))


def clear() -> None:
    """Forget all pages, as a new process has none."""
    _first_pages.clear()
    _further_pages.clear()


def _cached(
    cache: SizedCache[Snapshot[Any]], key: Hashable, thread: Thread, page: P
) -> Snapshot[P]:
    snapshot = _rendered(thread, page)
    # A number of a root that is none, or a cursor of another thread, gives an empty page. There
    # are as many of them as numbers.
    if cache is _first_pages or _comments_of(page):
        cache.put(key, thread.version, snapshot, size=snapshot.size)
    return snapshot


def _comments_of(page: ThreadPage | RepliesPage) -> Sequence[PublicComment]:
    if isinstance(page, RepliesPage):
        return page.replies
    return [comment for branch in page.branches for comment in (branch.comment, *branch.replies)]


def _rendered(thread: Thread, page: P) -> Snapshot[P]:
    return Snapshot(page, orjson.dumps(page), f'"{_FORMAT}-{thread.pk}-{thread.version}"')

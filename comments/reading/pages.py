"""The public page of a thread. It holds nothing personal, so it can be cached and shared."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from accounts.permissions import Permission, holders_of
from comments.models import Comment, Thread
from comments.page_urls import is_key
from comments.states import ReactionKind, State
from core.models import Site
from core.paging import cursor_after, page

ROOTS = 25
FIRST_REPLIES = 10
MORE_REPLIES = 50
EDITOR_BADGE = "editor"


class Sort(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"
    BEST = "best"


ORDERS: Mapping[Sort, Sequence[str]] = {
    Sort.OLDEST: ["id"],
    Sort.NEWEST: ["-id"],
    Sort.BEST: ["-score", "-id"],
}


@dataclass(frozen=True, slots=True)
class PageQuery:
    sort: Sort = Sort.OLDEST
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A comment as everybody may see it; the API's serializer is made from these fields.

    A comment that is not published keeps its place in the tree, with its state. Its author and its
    text are empty then.
    """

    id: int
    parent: int | None
    depth: int
    state: State
    author_id: int | None
    author: str
    author_badge: Annotated[
        str, '"editor" for those who moderate this publication, empty for everybody else.'
    ]
    in_reply_to: Annotated[
        str, "The author of the comment it replies to, where the tree does not show it."
    ]
    html: str
    created_at: datetime
    edited_at: datetime | None
    reactions: Mapping[str, int]


# The relations that `public` reads; without them each comment of a page would cost a query.
_JOINED = ("author", "in_reply_to__author")


@dataclass(frozen=True, slots=True)
class Branch:
    """A root with its first replies, oldest first; `more` is the cursor of the next ones."""

    comment: PublicComment
    replies: tuple[PublicComment, ...]
    more: str


@dataclass(frozen=True, slots=True)
class ThreadPage:
    count: int
    branches: tuple[Branch, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class RepliesPage:
    replies: tuple[PublicComment, ...]
    next_cursor: str


def thread_page(thread: Thread, query: PageQuery) -> ThreadPage:
    """Three statements, however large the thread and its branches are."""
    if not thread.is_opened:
        return ThreadPage(0, (), "")
    comments = Comment.objects
    # PostgreSQL reads the first page by another condition; see `first_listed_roots`.
    listed = comments.listed_roots if query.cursor else comments.first_listed_roots
    roots = page(
        listed(thread).select_related(*_JOINED),
        order=ORDERS[query.sort],
        cursor=query.cursor,
        size=ROOTS,
        within="thread_id",
    )
    below = _first_replies([root.pk for root in roots.items])
    editors = editors_of(thread.site)
    branches = tuple(_branch(root, below[root.pk], editors) for root in roots.items)
    return ThreadPage(thread.published_count, branches, roots.next_cursor)


def thread_page_at(thread: Thread, comment_id: int) -> ThreadPage | None:
    """Return the page, oldest first, that begins with the branch containing one comment."""
    comment = Comment.objects.filter(thread=thread.pk, pk=comment_id, listed=True).first()
    if comment is None:
        return None
    # The cursor points before the root, so that the page begins with its branch.
    root_id = comment.root_id or comment.pk
    shown = thread_page(thread, PageQuery(cursor=cursor_after(Comment(pk=root_id - 1), ["id"])))
    first = shown.branches[0]
    if comment.root_id is None or comment.pk in {reply.id for reply in first.replies}:
        return shown
    opened = replace(first, replies=(*first.replies, *_line_to(comment, first)))
    return replace(shown, branches=(opened, *shown.branches[1:]))


def branch_page(thread: Thread, root_id: int, cursor: str) -> ThreadPage | None:
    """One root with the replies that follow `cursor`."""
    if not thread.is_opened:
        return None
    roots = Comment.objects.listed_roots(thread).select_related(*_JOINED)
    root = roots.filter(pk=root_id).first()
    if root is None:
        return None
    replies = replies_page(thread, root_id, cursor)
    shown = public(root, editors_of(thread.site))
    branch = Branch(shown, replies.replies, replies.next_cursor)
    return ThreadPage(thread.published_count, (branch,), "")


def _line_to(comment: Comment, branch: Branch) -> Sequence[PublicComment]:
    """The comment and what it answers, as far as the branch does not show it already."""
    known = {branch.comment.id, *(reply.id for reply in branch.replies)}
    editors = editors_of(comment.site)
    line: list[PublicComment] = []
    at: Comment | None = comment
    while at is not None and at.pk not in known:
        line.insert(0, public(at, editors))
        at = at.parent
    return line


def replies_page(thread: Thread, root_id: int, cursor: str) -> RepliesPage:
    replies = page(
        Comment.objects.listed_replies(thread, root_id).select_related(*_JOINED),
        order=["id"],
        cursor=cursor,
        size=MORE_REPLIES,
    )
    editors = editors_of(thread.site)
    shown = tuple(public(reply, editors) for reply in replies.items)
    return RepliesPage(shown, replies.next_cursor)


def _first_replies(root_ids: Sequence[int]) -> Mapping[int | None, list[Comment]]:
    """Return the first replies below each root, one more than shown, to detect further ones."""
    below: defaultdict[int | None, list[Comment]] = defaultdict(list)
    replies = Comment.objects.first_replies(root_ids, FIRST_REPLIES + 1)
    for reply in replies.select_related(*_JOINED):
        below[reply.root_id].append(reply)
    return below


def _branch(root: Comment, replies: Sequence[Comment], editors: Collection[int]) -> Branch:
    # One reply more than is shown was read, so that no second query must say whether there are
    # more.
    shown = replies[:FIRST_REPLIES]
    more = cursor_after(shown[-1], ["id"]) if len(replies) > FIRST_REPLIES else ""
    return Branch(public(root, editors), tuple(public(reply, editors) for reply in shown), more)


def editors_of(site: Site) -> Collection[int]:
    """Return the ids of the authors whose comments bear the mark of the editors."""
    return holders_of(Permission.MODERATE, site)


def public(comment: Comment, editors: Collection[int]) -> PublicComment:
    # A tombstone keeps the place of a comment in the tree and shows nothing of it: neither text nor
    # author.
    shown = comment.state == State.PUBLISHED
    author = comment.author.display_name if shown and comment.author else ""
    in_reply_to = comment.in_reply_to.author if shown and comment.in_reply_to else None
    return PublicComment(
        id=comment.pk,
        parent=comment.parent_id,
        depth=comment.depth,
        state=State(comment.state),
        author_id=comment.author_id if shown else None,
        author=author,
        author_badge=EDITOR_BADGE if shown and comment.author_id in editors else "",
        in_reply_to=in_reply_to.display_name if in_reply_to else "",
        html=comment.html if shown else "",
        created_at=comment.created_at,
        edited_at=comment.edited_at if shown else None,
        reactions=reactions_shown(comment),
    )


def reactions_shown(comment: Comment) -> Mapping[str, int]:
    """How many reactions of each kind the comment has; 0 for a kind without any."""
    return {kind: comment.reaction_counts.get(kind, 0) for kind in ReactionKind.values}


def counts(site: Site, keys: Sequence[str]) -> Mapping[str, int]:
    """How many published comments each thread has, in one statement; 0 for an unopened one."""
    # A key that PostgreSQL cannot hold would make the whole query fail.
    askable = list(filter(is_key, keys))
    known = Thread.objects.filter(site=site, key__in=askable).values_list("key", "published_count")
    return dict.fromkeys(keys, 0) | dict(known)

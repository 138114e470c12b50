"""A thread as one person sees it: the public page and their private additions."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.permissions import Permission, Person, can
from comments.models import Comment, Thread
from comments.page_urls import CommentedPage, url_at_comment
from comments.permissions import can_moderate
from comments.reading import snapshots
from comments.reading.pages import (
    Branch,
    PageQuery,
    PublicComment,
    Sort,
    ThreadPage,
    branch_page,
    thread_page_at,
)
from comments.reading.viewer import (
    HiddenComment,
    editable_comments,
    hidden_comments,
    may_report,
    reports_in,
    sanction_in_words,
    sanctions_on,
)
from comments.states import Mode
from comments.web.forms import CommentForm
from core.errors import NotFound
from core.inputs import read_id
from core.languages import exact_moment

_SALT = "comments.page"


@dataclass(frozen=True, slots=True)
class SignedPage:
    """The signed description of a publication's page, sent back by the browser."""

    site: str
    key: str
    page: CommentedPage


def sign(thread: Thread, page: CommentedPage) -> str:
    # Signed, because the first comment creates the thread with this title and URL.
    payload = [thread.site.slug, thread.key, page.title, page.url]
    return signing.dumps(payload, salt=_SALT, compress=True)


def unsign(token: str) -> SignedPage:
    try:
        site, key, title, url = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise NotFound from error
    return SignedPage(site, key, CommentedPage(title, url))


def comment_url(comment: Comment) -> str:
    """On the publication's page, or on our own where none is known."""
    own = reverse("comments:thread")
    query_of_page = urlencode({"site": comment.thread.site.slug, "key": comment.thread.key})
    return url_at_comment(comment.thread.url or f"{own}?{query_of_page}", comment.pk)


@dataclass(frozen=True, slots=True)
class Node:
    comment: PublicComment
    replies: "tuple[Node, ...]"
    more: str = ""


@dataclass(frozen=True, slots=True)
class ShownPage:
    page: ThreadPage
    nodes: Sequence[Node]


def shown_page(page: ThreadPage) -> ShownPage:
    return ShownPage(page, [_tree(branch) for branch in page.branches])


@dataclass(frozen=True, slots=True)
class ShownThread:
    thread: Thread
    page: ThreadPage
    nodes: Sequence[Node]
    sort: Sort
    can_post: bool
    is_closed: bool
    premoderated: bool
    sanction: str
    is_desk: bool
    hidden: Sequence[HiddenComment]
    # By comment: what tells its buttons apart from those of the others on the page.
    names: Mapping[int, str]
    editable: Collection[int]
    reported: Collection[int]
    # Anonymous readers are offered it, too: they are asked to sign in.
    offers_reports: bool
    form: CommentForm
    reply_to: int | None


def shown_thread(
    thread: Thread, page: CommentedPage, person: Person, ip: str, query: QueryDict
) -> ShownThread:
    """Return the thread for `query`: `sort`, `comment` (to open at), `reply` (to answer), `after`
    (a cursor) and `root` (when the cursor is among that root's replies)."""
    query_of_page = _page_query(query)
    shown = _requested_page(thread, query_of_page, query)
    reply_to = _number(query, "reply")
    now = timezone.now()
    sanctions = sanctions_on(thread, person, now, ip)
    sanction = sanction_in_words(Permission.COMMENT, sanctions)
    hidden = hidden_comments(thread, person)
    return ShownThread(
        thread=thread,
        page=shown,
        nodes=[_tree(branch) for branch in shown.branches],
        sort=query_of_page.sort,
        can_post=not sanction and can(person, Permission.COMMENT, thread.site),
        is_closed=thread.is_closed(now),
        premoderated=thread.effective_mode == Mode.PREMODERATED,
        sanction=sanction,
        is_desk=can_moderate(person, thread.site),
        hidden=hidden,
        names=_names(shown, hidden, person),
        editable=frozenset() if sanction else editable_comments(thread, person, now),
        reported=reports_in(thread, person),
        offers_reports=person.is_anonymous or may_report(thread, person, sanctions),
        form=new_form(thread, page, reply_to),
        reply_to=reply_to,
    )


def _names(shown: ThreadPage, hidden: Sequence[HiddenComment], person: Person) -> Mapping[int, str]:
    """Return the author of each comment, with the time where the page has several of theirs.

    The widget names its buttons in the same way.
    """
    public = (one for branch in shown.branches for one in (branch.comment, *branch.replies))
    comments = [(one.id, one.author_id, one.author, one.created_at) for one in public]
    # Hidden comments are the person's own.
    comments += [(one.comment.pk, person.pk, str(person), one.comment.created_at) for one in hidden]
    counts = Counter(author_id for _id, author_id, _author, _at in comments)

    def name(author_id: int | None, author: str, at: datetime) -> str:
        author = author or gettext("Former reader")
        # Comments of one minute differ by their seconds.
        return author if counts[author_id] == 1 else f"{author}, {exact_moment(at)}"

    return {pk: name(author_id, author, at) for pk, author_id, author, at in comments}


def new_form(thread: Thread, page: CommentedPage, parent: int | None) -> CommentForm:
    token = sign(thread, page)
    form = CommentForm(initial={"page": token, "parent": parent, "key": uuid.uuid4().hex})
    form.keep_draft(draft_name(thread.key, parent))
    return form


def draft_name(key: str, parent: int | None) -> str:
    """No spaces: it travels among the tags of a message."""
    return f"comment:{quote(key, safe='')}:{parent or ''}"


def _page_query(query: QueryDict) -> PageQuery:
    sort = query.get("sort", "")
    return PageQuery(
        sort=Sort(sort) if sort in set(Sort) else Sort.OLDEST, cursor=query.get("after", "")
    )


def _requested_page(thread: Thread, query_of_page: PageQuery, query: QueryDict) -> ThreadPage:
    shown = None
    if (comment_id := _number(query, "comment")) is not None:
        shown = thread_page_at(thread, comment_id)
    elif (root_id := _number(query, "root")) is not None:
        shown = branch_page(thread, root_id, query_of_page.cursor)
    # A comment or root that is gone, or was never here, shows the beginning of the thread.
    return shown or snapshots.of_thread(thread, query_of_page).page


def _number(query: QueryDict, name: str) -> int | None:
    # People edit URLs: what is no number is treated as absent.
    return read_id(query.get(name, ""))


def _tree(branch: Branch) -> Node:
    """Replies whose parent is not on the page hang on the root."""
    known = {branch.comment.id, *(reply.id for reply in branch.replies)}
    children: defaultdict[int, list[PublicComment]] = defaultdict(list)
    for reply in branch.replies:
        # A page shows the first replies of a branch only, so the parent of a reply may be on
        # another page.
        parent = reply.parent if reply.parent in known else branch.comment.id
        children[parent or branch.comment.id].append(reply)

    def node(comment: PublicComment) -> Node:
        return Node(comment, tuple(map(node, children[comment.id])))

    return Node(branch.comment, node(branch.comment).replies, branch.more)

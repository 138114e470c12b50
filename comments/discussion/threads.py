from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import Thread, ThreadAlias, ThreadEvent
from comments.page_urls import CommentedPage, belongs_to, canonical, thread_url
from comments.states import Mode
from core.audit import actor_fields
from core.bounds import Bound, bounded
from core.changes import THREADS
from core.errors import InvalidInput

_Action = ThreadEvent.Action
# An earlier time is a mistake or a program's default, such as the year 1.
_EARLIEST_CLOSING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSetup:
    """Settings of one discussion. An empty `mode` means the site's mode; `closes_at` wins over the
    site's closing age."""

    title: str
    url: str
    section: str
    mode: str
    registered_only: bool
    closes_at: datetime | None

    @classmethod
    def of(cls, thread: Thread) -> "ThreadSetup":
        return cls(
            title=thread.title,
            url=thread.url,
            section=thread.section,
            mode=thread.mode,
            registered_only=thread.registered_only,
            closes_at=thread.closes_at,
        )


def open_thread(thread: Thread, page: CommentedPage | None) -> Thread:
    """Return the stored thread, creating it if needed, with the title and URL of `page`."""
    if not thread.is_opened:
        thread = _opened(thread)
    if page is not None:
        # Of the first reader who writes: e-mails and permalinks would lead everybody there.
        page = replace(page, url=thread_url(page.url))
    described = (page.title, page.url) if page is not None else (thread.title, thread.url)
    # A browser sends the page's title and URL with a comment. They are taken only if the URL is one
    # of the site's, so that a forged request cannot rename the thread.
    if (
        page is not None
        and described != (thread.title, thread.url)
        and belongs_to(thread.site, page.url)
    ):
        before = ThreadSetup.of(thread)
        wanted = replace(before, title=page.title, url=page.url)
        thread = _apply(thread, before, wanted, None)
        # By a URL that a reader's program has claimed, readers of another page would come here.
        if not page.is_claimed:
            add_alias(thread, page.url)
    return thread


@bounded(title=Bound(300), url=Bound(1_000), section=Bound(100), mode=Bound(20), note=Bound(10_000))
@transaction.atomic(durable=True)
def set_up_thread(
    *,
    thread: Thread,
    actor: User | None,
    title: str,
    url: str,
    section: str = "",
    mode: str = "",
    registered_only: bool = False,
    closes_at: datetime | None = None,
    note: str = "",
) -> Thread:
    """Set the publication's metadata and mode of a thread, creating the thread if needed.

    Without `url` the thread keeps its URL.
    """
    if actor is not None:
        require(actor, Permission.MODERATE, thread.site)
    if url and not belongs_to(thread.site, url):
        raise InvalidInput({"url": [_("This is not an address of the publication.")]})
    if closes_at is not None and closes_at < _EARLIEST_CLOSING:
        raise InvalidInput({"closes_at": [_("Enter a date after the year 1999.")]})
    thread = _locked(thread)
    wanted = ThreadSetup(
        title=title,
        url=thread_url(url) or thread.url,
        section=section,
        mode=mode,
        registered_only=registered_only,
        closes_at=closes_at,
    )
    thread = _apply(thread, ThreadSetup.of(thread), wanted, actor, note)
    if wanted.url:
        add_alias(thread, wanted.url)
    return thread


@bounded(note=Bound(10_000))
@transaction.atomic(durable=True)
def close_thread(*, thread: Thread, actor: User, note: str = "") -> Thread:
    """Close the thread to new comments; existing ones stay readable."""
    require(actor, Permission.MODERATE, thread.site)
    thread = _locked(thread)
    before = ThreadSetup.of(thread)
    return _apply(thread, before, replace(before, mode=Mode.CLOSED.value), actor, note)


@bounded(note=Bound(10_000))
@transaction.atomic(durable=True)
def reopen_thread(
    *, thread: Thread, actor: User, until: datetime | None = None, note: str = ""
) -> Thread:
    """Reopen the thread in the mode that it had. One closed by its age needs `until`."""
    require(actor, Permission.MODERATE, thread.site)
    thread = _locked(thread)
    now = timezone.now()
    before = ThreadSetup.of(thread)
    # A thread may be closed by its mode, by `closes_at` or by its age. The wanted values are tried
    # on the unsaved object, so that `is_closed` answers for all three.
    wanted = replace(before, mode=_open_mode(thread), closes_at=until or _ahead(thread, now))
    _assign(thread, wanted)
    if thread.is_closed(now):
        raise InvalidInput({"until": [_("Say until when it is to be open: a time to come.")]})
    return _apply(thread, before, wanted, actor, note)


def _open_mode(thread: Thread) -> str:
    """Return the mode before closing, or `open` when the whole section is closed."""
    closed = thread.events.filter(action=_Action.CLOSED).order_by("id").last()
    was = closed.from_mode if closed else ""
    mode = was if thread.mode == Mode.CLOSED else thread.mode
    is_closed = (mode or thread.settings.mode_of(thread.section)) == Mode.CLOSED
    return Mode.OPEN.value if is_closed else mode


def _ahead(thread: Thread, now: datetime) -> datetime | None:
    is_ahead = thread.closes_at is not None and thread.closes_at > now
    return thread.closes_at if is_ahead else None


def _locked(thread: Thread) -> Thread:
    if not thread.is_opened:
        thread = _opened(thread)
    # Only the thread is locked: `of` leaves out the joined site and settings, which every other
    # post of the site reads.
    return Thread.objects.with_site().select_for_update(of=("self",), no_key=True).get(pk=thread.pk)


def _opened(thread: Thread) -> Thread:
    """Create the thread, unless a request at the same time has done so, and return it."""
    # The unique constraint on site and key decides which of two requests creates the row; both then
    # read it.
    Thread.objects.bulk_create([thread], ignore_conflicts=True)
    return Thread.objects.with_site().get(site=thread.site, key=thread.key)


def _apply(
    thread: Thread, before: ThreadSetup, wanted: ThreadSetup, actor: User | None, note: str = ""
) -> Thread:
    """Change the settings of a discussion and write its audit events. No other code does."""
    changed = dict(asdict(wanted).items() - asdict(before).items())
    if not changed:
        return thread
    _assign(thread, wanted)
    Thread.objects.filter(pk=thread.pk).update(**changed, version=F("version") + 1)
    THREADS.announce(thread.pk)
    ThreadEvent.objects.bulk_create(
        ThreadEvent(
            thread=thread,
            action=action,
            from_mode=before.mode,
            to_mode=wanted.mode,
            note=note,
            evidence=evidence,
            **actor_fields(actor),
        )
        for action, evidence in _differences(before, wanted).items()
    )
    thread.refresh_from_db(fields=["version"])
    return thread


def _assign(thread: Thread, wanted: ThreadSetup) -> None:
    thread.title, thread.url, thread.section = wanted.title, wanted.url, wanted.section
    thread.mode, thread.registered_only = wanted.mode, wanted.registered_only
    thread.closes_at = wanted.closes_at


def _differences(
    before: ThreadSetup, after: ThreadSetup
) -> Mapping[ThreadEvent.Action, Mapping[str, Any]]:
    fields: Mapping[ThreadEvent.Action, Sequence[str]] = {
        _mode_action(before.mode, after.mode): ["mode", "section"],
        _Action.CLOSING_SET: ["closes_at"],
        _Action.ACCESS_SET: ["registered_only"],
        _Action.RENAMED: ["title", "url"],
    }
    old, new = asdict(before), asdict(after)
    changed = {
        name: [_as_json(old[name]), _as_json(new[name])] for name in old if old[name] != new[name]
    }
    by_action = {
        action: {name: changed[name] for name in names if name in changed}
        for action, names in fields.items()
    }
    return {action: evidence for action, evidence in by_action.items() if evidence}


def _mode_action(before: str, after: str) -> ThreadEvent.Action:
    if before != after and after == Mode.CLOSED:
        return _Action.CLOSED
    return _Action.REOPENED if before != after and before == Mode.CLOSED else _Action.MODE_SET


def _as_json(value: str | bool | datetime | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, datetime) else value


def add_alias(thread: Thread, url: str) -> None:
    """An address that leads to another thread already stays with that one."""
    alias = ThreadAlias(site=thread.site, thread=thread, url=canonical(url))
    ThreadAlias.objects.bulk_create([alias], ignore_conflicts=True)

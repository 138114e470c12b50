from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comments.addresses import Page, canonical, is_of
from comments.models import Thread, ThreadAlias
from core.errors import InvalidInput


def open_thread(thread: Thread, page: Page | None) -> Thread:
    """The stored thread, opened if it was not; what the page is called is kept up to date.

    A page whose address is not one of the publication's says nothing about it.
    """
    if not thread.is_opened:
        thread = _opened(thread)
    if page is not None and is_of(thread.site, page.url):
        _refresh(thread, page)
    return thread


@transaction.atomic(durable=True)
def set_up_thread(
    *,
    thread: Thread,
    title: str,
    url: str,
    mode: str = "",
    registered_only: bool = False,
    closes_at: datetime | None = None,
) -> Thread:
    """What the publication says of a thread, opened by this if it was not."""
    if url and not is_of(thread.site, url):
        raise InvalidInput({"url": [_("This is not an address of the publication.")]})
    thread = open_thread(thread, Page(title, url) if url else None)
    thread.title, thread.mode = title, mode
    thread.registered_only, thread.closes_at = registered_only, closes_at
    thread.version += 1
    thread.save(update_fields=["title", "mode", "registered_only", "closes_at", "version"])
    return thread


def _opened(thread: Thread) -> Thread:
    """Two first comments at once open one thread."""
    Thread.objects.bulk_create([thread], ignore_conflicts=True)
    return Thread.objects.with_site().get(site=thread.site, key=thread.key)


def _refresh(thread: Thread, page: Page) -> None:
    if (thread.title, thread.url) == (page.title, page.url):
        return
    thread.title, thread.url = page.title, page.url
    thread.save(update_fields=["title", "url"])
    add_address(thread, page.url)


def add_address(thread: Thread, url: str) -> None:
    """An address that leads to another thread already stays with that one."""
    alias = ThreadAlias(site=thread.site, thread=thread, address=canonical(url))
    ThreadAlias.objects.bulk_create([alias], ignore_conflicts=True)

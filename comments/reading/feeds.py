"""Atom feeds of what everybody may read: of one thread, and of a publication."""

import re
from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from comments.models import Comment, Thread
from core.models import Site

MOST = 50
# XML has no way to write them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def of_thread(thread: Thread, language: str, url: str) -> bytes:
    """`url` is the feed's own; the newest comments come first."""
    title = _("Comments: %(title)s") % {"title": thread}
    comments = Comment.objects.newest_public(thread.site).filter(thread=thread.pk)
    link = thread.url or settings.BASE_URL
    return _atom(title, link, language, url, comments[:MOST])


def of_site(site: Site, language: str, url: str) -> bytes:
    title = _("Comments: %(title)s") % {"title": site}
    link = site.origins[0] if site.origins else settings.BASE_URL
    return _atom(title, link, language, url, Comment.objects.newest_public(site)[:MOST])


def _atom(title: str, link: str, language: str, url: str, comments: Iterable[Comment]) -> bytes:
    feed = Atom1Feed(
        title=_clean(title),
        link=link,
        description=None,
        language=language,
        feed_url=url,
        feed_guid=_identity(url),
    )
    for comment in comments:
        path = reverse("comments:permalink", args=[comment.pk])
        name = comment.author.display_name if comment.author else _("Former reader")
        # Feed readers know an item by `unique_id`. It is made from the comment's id, so that a
        # moved page or another domain does not show every item as new.
        feed.add_item(
            title=_clean(f"{name}: {comment.thread}"),
            link=f"{settings.BASE_URL}{path}",
            description=_clean(comment.html),
            author_name=_clean(name),
            pubdate=comment.published_at,
            updateddate=comment.edited_at or comment.published_at,
            unique_id=_identity(f"otklik:comment:{comment.pk}"),
        )
    xml: str = feed.writeString("utf-8")
    return xml.encode()


def _identity(name: str) -> str:
    """Return a permanent Atom id that survives changes of URLs."""
    return uuid5(NAMESPACE_URL, name).urn


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)

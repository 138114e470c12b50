from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from comments.models import Thread
from comments.page_urls import CommentedPage
from comments.permissions import can_read, find_thread
from comments.screening.reasons import Reason, sentence
from comments.text.markup import to_html
from comments.text.plain import to_text
from comments.text.visible import visible_text
from comments.web.thread import ShownThread, shown_thread
from core.web.http import HttpRequest

register = template.Library()


@register.inclusion_tag("comments/thread.html", takes_context=True)
def comment_thread(context: Context, *, key: str, title: str, url: str) -> dict[str, Any]:
    """Render the discussion of a page: `{% comment_thread key=… title=… url=… %}`.

    `key` identifies the thread permanently; `title` and `url` describe the page and may change.
    """
    # An unsaved thread if there is none: showing a page must not write anything.
    thread = find_thread(context["request"].site.slug, key, url)
    return _shown(context, thread, CommentedPage(title, url))


@register.inclusion_tag("comments/thread.html", takes_context=True)
def discussion(context: Context, thread: Thread) -> dict[str, Any]:
    """On a page of ours, which knows of the publication's page what the thread says."""
    return _shown(context, thread, CommentedPage(thread.title, thread.url))


@register.filter
def name_of(comment_id: int, shown: ShownThread) -> str:
    """Return what tells the buttons of a comment apart from those of the others on the page."""
    return shown.names[comment_id]


@register.filter
def told(finding: Mapping[str, Any]) -> str:
    """Return the sentence that a screening phase shows to the author, or the phase's name."""
    if "reason" not in finding:
        return str(finding["phase"])
    return sentence(Reason(finding["reason"]), finding["details"])


@register.filter
def visible(text: str) -> str:
    """Return the words of a comment as they look, without its marks."""
    return visible_text(text)


@register.filter
def as_text(html: str) -> str:
    """A rendered comment as plain text with its line breaks."""
    return to_text(html)


@register.filter
def rendered(text: str) -> SafeString:
    """A stored revision as the page showed it."""
    return SafeString(to_html(text))


def _shown(context: Context, thread: Thread, page: CommentedPage) -> dict[str, Any]:
    request: HttpRequest = context["request"]
    shown = shown_thread(thread, page, request.user, request.ip, request.GET)
    return {
        "shown": shown if can_read(request.user, thread) else None,
        "thread": thread,
        "page": page,
        "here": request.get_full_path(),
        "site": thread.site,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }

from collections.abc import Mapping

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models.rulebook import rules_in_force
from comments.moderation import live, queues
from comments.permissions import access_desk
from comments.states import Queue
from comments.web.desk.forms.decisions import SearchForm
from comments.web.desk.queue_items import queue_items
from core.inputs import read_id
from core.web.http import HttpRequest

# The list comes from the browser, so its length bounds the query.
_MOST_SHOWN = 1000


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    editor = access_desk(request.user, request.site)
    queue_name = request.GET.get("queue", "")
    # A bookmark of a queue that no longer exists opens the one that waits for work.
    queue = Queue(queue_name) if queue_name in set(Queue) else Queue.HELD
    search = SearchForm(request.GET, site=request.site)
    cursor = request.GET.get("after", "")
    page = queues.queue_page(
        request.site,
        queue,
        cursor=cursor,
        comment_filter=search.comment_filter,
        oldest_first=search.oldest_first,
    )
    context = {
        "queue": queue,
        "tabs": queues.tabs(request.site),
        "search": search,
        "is_search": any(request.GET.get(name) for name in search.fields),
        "oldest_first": search.oldest_first,
        "rules": rules_in_force(request.site),
        "queue_items": queue_items(page.items, editor),
        "next_cursor": page.next_cursor,
        "newest": max((comment.pk for comment in page.items), default=0),
    }
    return render(request, "comments/desk/queue.html", context)


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """Return the news of an open queue: counts, new comments, and which editors view those
    shown."""
    editor = access_desk(request.user, request.site)
    shown = _shown(request.GET)
    context = {
        "tabs": queues.tabs(request.site),
        "updates": live.updates(request.site, editor, shown),
        "arrived": live.arrived(request.site, _number(request.GET.get("newest", ""))),
    }
    return render(request, "comments/desk/pulse.html", context)


def _shown(query: QueryDict) -> Mapping[int, str]:
    """`shown=17:held,18:published`."""
    pairs = [one.partition(":") for one in query.get("shown", "").split(",")[:_MOST_SHOWN]]
    return {_number(pk): state for pk, _colon, state in pairs}


def _number(text: str) -> int:
    return read_id(text) or 0

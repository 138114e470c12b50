"""Webhook topics about comments.

For a comment that is not public, the payload has neither its text nor its author.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, ModerationEvent
from comments.screening import Outcome
from comments.states import State
from webhooks.topics import EventSource, Topic, WebhookEvent, contribute

_PUBLISHED = Topic("comment.published", _("A comment is published"))
_HELD = Topic("comment.held", _("A comment waits for an editor"))
_EDITED = Topic("comment.edited", _("A comment is edited"))
_DECIDED = (
    _PUBLISHED,
    _HELD,
    Topic("comment.rejected", _("A comment is rejected")),
    Topic("comment.removed", _("A comment is removed")),
    Topic("comment.withdrawn", _("A comment is withdrawn by its author")),
)


def contribute_topics() -> None:
    contribute(EventSource("comment.posted", (_PUBLISHED, _HELD), _posted))
    contribute(EventSource("comment.edited", (_EDITED,), _edited))
    contribute(EventSource("comment.decided", _DECIDED, _decided))


def _posted(comment_id: int) -> WebhookEvent:
    comment = _comment(comment_id)
    first = comment.revisions.get(number=1)
    # As it was posted: a decision since then has a message for itself.
    topic = _HELD if first.outcome == Outcome.HOLD else _PUBLISHED
    return _event_about(comment, topic.name)


def _edited(comment_id: int) -> WebhookEvent:
    return _event_about(_comment(comment_id), _EDITED.name)


def _decided(comment_id: int, event_id: int) -> WebhookEvent:
    event = ModerationEvent.objects.select_related("rule__version").get(pk=event_id)
    decision = {
        "action": event.action,
        "rule": event.rule.code if event.rule else None,
        "rulebook_version": event.rule.version.number if event.rule else None,
    }
    return _event_about(_comment(comment_id), f"comment.{event.to_state}", decision=decision)


def _comment(comment_id: int) -> Comment:
    return Comment.objects.select_related("thread__site", "author").get(pk=comment_id)


def _event_about(comment: Comment, topic: str, **more: Any) -> WebhookEvent:
    payload = {"comment": _comment_payload(comment), **more}
    return WebhookEvent(comment.thread.site_id, topic, f"comment:{comment.pk}", payload)


def _comment_payload(comment: Comment) -> Mapping[str, Any]:
    """Return the payload with the comment's present data; `state` may be newer than the topic."""
    thread = comment.thread
    is_public = comment.state == State.PUBLISHED and not thread.registered_only
    link = reverse("comments:permalink", args=[comment.pk])
    payload: dict[str, Any] = {
        "id": comment.pk,
        "state": comment.state,
        "thread": {"key": thread.key, "title": thread.title, "url": thread.url},
        "parent": comment.parent_id,
        "url": f"{settings.BASE_URL}{link}",
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "author": None,
        "text": None,
        "html": None,
    }
    if is_public and comment.author is not None:
        payload["author"] = {"id": comment.author.pk, "name": comment.author.display_name}
    if is_public:
        payload |= {"text": comment.text, "html": comment.html}
    return payload

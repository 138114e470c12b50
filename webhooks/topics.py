"""Webhook topics. Each app contributes its sources from `AppConfig.ready`:

contribute(EventSource("comment.edited", (Topic("comment.edited", _("…")),), edited))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import StrOrPromise

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    label: StrOrPromise


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """`data` is JSON-ready, and has nothing of people but what the public may know. By `about`,
    like `comment:17`, the messages are found that must forget a person."""

    site_id: int
    topic: str
    about: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventSource:
    """One event of the outbox, and the topics that it may become.

    `describe` takes the event's payload as keyword arguments, and returns None to send nothing.
    """

    event: str
    topics: tuple[Topic, ...]
    describe: Callable[..., WebhookEvent | None]


_sources: dict[str, EventSource] = {}


def contribute(source: EventSource) -> None:
    _sources[source.event] = source


def source_of(event: str) -> EventSource:
    return _sources[event]


def topics() -> Sequence[Topic]:
    """Those that an endpoint may choose, each once."""
    by_name = {topic.name: topic for source in _sources.values() for topic in source.topics}
    return sorted(by_name.values(), key=lambda topic: topic.name)


def label_of(name: str) -> StrOrPromise:
    if name == TEST:
        return _("Test message")
    return next((topic.label for topic in topics() if topic.name == name), name)

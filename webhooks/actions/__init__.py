"""Every write of the webhooks. What the worker does between them is in `webhooks.sending`."""

from webhooks.actions.deliveries import make_waiting_due, replay_delivery, replay_failed
from webhooks.actions.endpoints import (
    add_endpoint,
    change_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
)
from webhooks.actions.messages import (
    create_message,
    create_messages,
    forget,
    prune_messages,
    send_test,
)

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "create_message",
    "create_messages",
    "forget",
    "make_waiting_due",
    "pause_endpoint",
    "prune_messages",
    "remove_endpoint",
    "replay_delivery",
    "replay_failed",
    "resume_endpoint",
    "rotate_secret",
    "send_test",
]

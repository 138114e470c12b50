"""The queue through which every e-mail of the product leaves; see README.md in this folder."""

from core.mail.queue import (
    Attachment,
    Event,
    Options,
    cancel,
    enqueue,
    enqueue_template,
    forget,
    waiting,
)
from core.mail.render import Content, render
from core.mail.send import make_waiting_due

__all__ = [
    "Attachment",
    "Content",
    "Event",
    "Options",
    "cancel",
    "enqueue",
    "enqueue_template",
    "forget",
    "make_waiting_due",
    "render",
    "waiting",
]

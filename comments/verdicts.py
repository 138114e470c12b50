"""What screening says of a text by this person in this thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Comment, Revision, Thread
from comments.states import Mode
from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Screened:
    outcome: Revision.Outcome
    findings: list[dict[str, Any]]


def screen_text(
    text: str, *, author: User, thread: Thread, now: datetime, edited: Comment | None = None
) -> Screened:
    if not text:
        raise InvalidInput({"text": [_("Write something first.")]})
    if len(text) > thread.settings.max_length:
        raise InvalidInput({"text": [_("This is too long.")]})
    if thread.effective_mode == Mode.PREMODERATED:
        return Screened(Revision.Outcome.HOLD, [{"phase": "thread", "outcome": "hold"}])
    return Screened(Revision.Outcome.PUBLISH, [])

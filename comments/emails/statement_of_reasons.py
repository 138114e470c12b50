"""Data for the statement of reasons that Article 17(3) of the Digital Services Act requires.

Its text is in the templates `comments/emails/_statement.html` and `.txt`.
"""

from dataclasses import dataclass

from comments.models import Comment, ModerationEvent, Revision
from comments.screening.reasons import Phase
from comments.screening.verdicts import Outcome
from comments.states import State


@dataclass(frozen=True, slots=True)
class Statement:
    """`reports` counts the readers who reported the comment. `was_marked` is true when screening
    held it. `by_program` is true when a program hid it and no editor has decided yet."""

    measure: State
    reports: int
    was_marked: bool
    by_program: bool


def statement_on(comment: Comment, event: ModerationEvent) -> Statement:
    return Statement(
        measure=State(event.to_state),
        # Later reports had no part in the decision.
        reports=comment.reports.filter(created_at__lte=event.at).count(),
        was_marked=_was_marked(event.revision),
        by_program=event.to_state == State.HELD,
    )


def _was_marked(revision: Revision) -> bool:
    """That all comments wait for an editor says nothing about this one."""
    return any(
        phase["outcome"] == Outcome.HOLD and phase["phase"] != Phase.PREMODERATION
        for phase in revision.verdict["phases"]
    )

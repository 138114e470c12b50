from comments.models.comments import Comment, Reaction, Revision
from comments.models.record import Claim, ModerationEvent
from comments.models.rulebook import Rule, RulebookVersion
from comments.models.settings import CommentSettings
from comments.models.threads import Thread, ThreadAlias

__all__ = [
    "Claim",
    "Comment",
    "CommentSettings",
    "ModerationEvent",
    "Reaction",
    "Revision",
    "Rule",
    "RulebookVersion",
    "Thread",
    "ThreadAlias",
]

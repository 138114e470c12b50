from comments.models.appeals import Appeal, AppealEvent
from comments.models.audit import EditorClaim, ModerationEvent, ThreadEvent
from comments.models.bulk_decisions import BulkDecision, BulkDecisionItem
from comments.models.comments import Comment, Reaction, RejectedText, Revision
from comments.models.complaints import Complaint, ComplaintEvent
from comments.models.email_settings import EmailSettings, EmailText
from comments.models.external_review import ExternalReview
from comments.models.mutes import Mute
from comments.models.notifications import Notification, NotificationChoice
from comments.models.reports import Report
from comments.models.rulebook import Rule, RulebookDraft, RulebookVersion
from comments.models.sanctions import SanctionEmail
from comments.models.settings import CommentSettings
from comments.models.threads import Thread, ThreadAlias
from comments.models.turns import AuthorTurn
from comments.models.user_notes import UserNote
from comments.models.word_lists import DryRun, WordListVersion

__all__ = [
    "Appeal",
    "AppealEvent",
    "AuthorTurn",
    "BulkDecision",
    "BulkDecisionItem",
    "Comment",
    "CommentSettings",
    "Complaint",
    "ComplaintEvent",
    "DryRun",
    "EditorClaim",
    "EmailSettings",
    "EmailText",
    "ExternalReview",
    "ModerationEvent",
    "Mute",
    "Notification",
    "NotificationChoice",
    "Reaction",
    "RejectedText",
    "Report",
    "Revision",
    "Rule",
    "RulebookDraft",
    "RulebookVersion",
    "SanctionEmail",
    "Thread",
    "ThreadAlias",
    "ThreadEvent",
    "UserNote",
    "WordListVersion",
]

from comments.models.appeals import Appeal, AppealEvent
from comments.models.batches import Batch, BatchItem
from comments.models.comments import Comment, Reaction, Refusal, Revision
from comments.models.complaints import Complaint, ComplaintEvent
from comments.models.correspondence import Correspondence, LetterText
from comments.models.hooks import HookCall
from comments.models.mutes import Mute
from comments.models.notices import Notice, NoticeChoice
from comments.models.record import Claim, ModerationEvent, ThreadEvent
from comments.models.reports import Report
from comments.models.rulebook import Rule, RulebookDraft, RulebookVersion
from comments.models.sanctions import SanctionLetter
from comments.models.settings import CommentSettings
from comments.models.threads import Thread, ThreadAlias
from comments.models.wordlists import DryRun, WordListVersion

__all__ = [
    "Appeal",
    "AppealEvent",
    "Batch",
    "BatchItem",
    "Claim",
    "Comment",
    "CommentSettings",
    "Complaint",
    "ComplaintEvent",
    "Correspondence",
    "DryRun",
    "HookCall",
    "LetterText",
    "ModerationEvent",
    "Mute",
    "Notice",
    "NoticeChoice",
    "Reaction",
    "Refusal",
    "Report",
    "Revision",
    "Rule",
    "RulebookDraft",
    "RulebookVersion",
    "SanctionLetter",
    "Thread",
    "ThreadAlias",
    "ThreadEvent",
    "WordListVersion",
]

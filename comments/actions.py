"""Every write of the discussion. An action that a task carries on is not listed here."""

from comments.discussion.posting import edit_comment, post_comment, withdraw_comment
from comments.discussion.reactions import react, remove_reaction
from comments.discussion.threads import close_thread, reopen_thread, set_up_thread
from comments.house_rules.dry_runs import resume_dry_run, start_dry_run, try_out
from comments.house_rules.rulebook import (
    discard_draft,
    install_default_rules,
    publish_draft,
    publish_rulebook,
    save_draft,
)
from comments.house_rules.word_lists import install_default_word_lists, publish_word_list
from comments.models.decisions import Decision, DecisionDetails
from comments.moderation.appeals import decide_appeal, make_appeal
from comments.moderation.bulk import (
    count_bulk_decision,
    make_bulk_decision,
    resume_bulk_decision,
    undo_bulk_decision,
)
from comments.moderation.claims import claim_comment, release_comment
from comments.moderation.complaints import Sender, resend_complaint, send_complaint
from comments.moderation.decisions import decide, possible
from comments.moderation.reports import report_comment
from comments.moderation.sanctions import impose_sanction_under_rule
from comments.moderation.undo import undo_decision
from comments.moderation.user_notes import add_user_note
from comments.notifications.actions import choose_email_frequencies, mark_read, unsubscribe
from comments.notifications.mutes import mute_person, unmute_person
from comments.querysets.comments import BulkTarget
from comments.states import DecisionKind

__all__ = [
    "BulkTarget",
    "Decision",
    "DecisionDetails",
    "DecisionKind",
    "Sender",
    "add_user_note",
    "choose_email_frequencies",
    "claim_comment",
    "close_thread",
    "count_bulk_decision",
    "decide",
    "decide_appeal",
    "discard_draft",
    "edit_comment",
    "impose_sanction_under_rule",
    "install_default_rules",
    "install_default_word_lists",
    "make_appeal",
    "make_bulk_decision",
    "mark_read",
    "mute_person",
    "possible",
    "post_comment",
    "publish_draft",
    "publish_rulebook",
    "publish_word_list",
    "react",
    "release_comment",
    "remove_reaction",
    "reopen_thread",
    "report_comment",
    "resend_complaint",
    "resume_bulk_decision",
    "resume_dry_run",
    "save_draft",
    "send_complaint",
    "set_up_thread",
    "start_dry_run",
    "try_out",
    "undo_bulk_decision",
    "undo_decision",
    "unmute_person",
    "unsubscribe",
    "withdraw_comment",
]

"""Every write of the discussion. An action that a task carries on is not listed here."""

from comments.actions.appeals import decide_appeal, make_appeal
from comments.actions.batches import count_in_bulk, decide_in_bulk, undo_batch
from comments.actions.claims import claim_comment, release_comment
from comments.actions.complaints import Sender, resend_complaint, send_complaint
from comments.actions.decisions import decide, possible
from comments.actions.dry_runs import start_dry_run, try_out
from comments.actions.mutes import mute_person, unmute_person
from comments.actions.notices import choose_letters, mark_read, unsubscribe
from comments.actions.posting import edit_comment, post_comment, withdraw_comment
from comments.actions.reactions import Tally, react, take_back
from comments.actions.reports import report_comment
from comments.actions.rulebook import (
    adopt_starting_rulebook,
    discard_draft,
    publish_draft,
    publish_rulebook,
    save_draft,
)
from comments.actions.sanctions import restrict
from comments.actions.threads import close_thread, reopen_thread, set_up_thread
from comments.actions.undoing import undo_decision
from comments.actions.wordlists import adopt_starting_lists, publish_word_list
from comments.states import Decision

__all__ = [
    "Decision",
    "Sender",
    "Tally",
    "adopt_starting_lists",
    "adopt_starting_rulebook",
    "choose_letters",
    "claim_comment",
    "close_thread",
    "count_in_bulk",
    "decide",
    "decide_appeal",
    "decide_in_bulk",
    "discard_draft",
    "edit_comment",
    "make_appeal",
    "mark_read",
    "mute_person",
    "possible",
    "post_comment",
    "publish_draft",
    "publish_rulebook",
    "publish_word_list",
    "react",
    "release_comment",
    "reopen_thread",
    "report_comment",
    "resend_complaint",
    "restrict",
    "save_draft",
    "send_complaint",
    "set_up_thread",
    "start_dry_run",
    "take_back",
    "try_out",
    "undo_batch",
    "undo_decision",
    "unmute_person",
    "unsubscribe",
    "withdraw_comment",
]

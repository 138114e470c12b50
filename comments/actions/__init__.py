from comments.actions.decisions import Decision, decide, possible
from comments.actions.posting import edit_comment, post_comment, withdraw_comment
from comments.actions.rulebook import adopt_starting_rulebook, publish_rulebook

__all__ = [
    "Decision",
    "adopt_starting_rulebook",
    "decide",
    "edit_comment",
    "possible",
    "post_comment",
    "publish_rulebook",
    "withdraw_comment",
]

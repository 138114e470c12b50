from comments.actions.decisions import Decision, decide, possible
from comments.actions.posting import edit_comment, post_comment, withdraw_comment
from comments.actions.reactions import Tally, react, take_back
from comments.actions.rulebook import adopt_starting_rulebook, publish_rulebook
from comments.actions.threads import set_up_thread
from comments.actions.wordlists import adopt_starting_lists, publish_word_list

__all__ = [
    "Decision",
    "Tally",
    "adopt_starting_lists",
    "adopt_starting_rulebook",
    "decide",
    "edit_comment",
    "possible",
    "post_comment",
    "publish_rulebook",
    "publish_word_list",
    "react",
    "set_up_thread",
    "take_back",
    "withdraw_comment",
]

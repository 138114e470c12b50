"""Letters about comments, handed to the mail queue in the transaction of what they tell."""

from comments.emails.appeal import tell_appellant
from comments.emails.complaint import to_publication
from comments.emails.decision import tell_author
from comments.emails.sanction import tell_restricted

__all__ = ["tell_appellant", "tell_author", "tell_restricted", "to_publication"]

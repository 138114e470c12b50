"""Letters about comments, handed to the mail queue in the transaction of what they tell."""

from comments.letters.appeals import tell_appellant
from comments.letters.authors import tell_author
from comments.letters.complaints import to_publication
from comments.letters.sanctions import tell_restricted

__all__ = ["tell_appellant", "tell_author", "tell_restricted", "to_publication"]

"""A comment as it will look, before it is posted."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require_unsanctioned
from comments.discussion.posting import normalise_text
from comments.discussion.screen_text import require_readable
from comments.models import Thread
from comments.text.markup import to_html
from comments.text.mentions import mentions_in
from core import limits
from core.limits import Limit

# A person who types asks at most about once a second. Rendering is work, so a program is stopped.
PREVIEWS = Limit(act="comment-preview", seconds=60, per_account=60, per_network=600)
_TOO_OFTEN = _("You have asked for many previews. Please try again in a minute.")


def preview_comment(*, text: str, author: User, thread: Thread, ip: str = "") -> str:
    """Return the HTML that the text would have in the thread. Nothing is stored or screened."""
    require_unsanctioned(author, Permission.COMMENT, thread.site, ip)
    limits.count(PREVIEWS, account=author.pk, ip=ip, refusal=_TOO_OFTEN)
    text = normalise_text(text)
    require_readable(text, thread)
    return to_html(text, mentions_in(text, thread))

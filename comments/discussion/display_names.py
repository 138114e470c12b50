"""Judge display names by the word lists: a name stands under every comment of its owner."""

from django.utils.translation import gettext_lazy as _

from accounts.actions import contribute_name_check
from comments.discussion.screening_policy import policy_of
from comments.models import CommentSettings
from core.errors import StrOrPromise

_LISTED = _("This name has a word that is not allowed here. Please choose another name.")


def contribute_check() -> None:
    contribute_name_check(fault)


def fault(name: str) -> StrOrPromise | None:
    """Return why the name is refused, or None.

    A name is shown by every publication of the installation, so the banned words of each count.
    Editors look at a comment with a disguised word before it is published. A name gets no
    such review, so a disguised word is refused, too.
    """
    # In a text a star between a capital and another letter may be a formula; a name has none.
    disguised = name.lower() if "*" in name else name
    for settings in CommentSettings.objects.select_related("site"):
        for named in policy_of(settings, settings.site).banned:
            if named.words.matches(name) or named.words.resemblances(disguised):
                return _LISTED
    return None

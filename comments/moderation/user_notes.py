from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import UserNote
from core.bounds import Bound, bounded
from core.errors import InvalidInput
from core.models import Site

LONGEST = 2_000


@bounded(text=Bound(10_000))
@transaction.atomic(durable=True)
def add_user_note(*, person: User, site: Site, editor: User, text: str) -> UserNote:
    """Write a note about a person, which the editors of the site read on the person's card."""
    require(editor, Permission.MODERATE, site)
    text = text.strip()
    if not text:
        raise InvalidInput({"text": [_("Write something first.")]})
    if len(text) > LONGEST:
        message = _("A note has at most %(most)s characters: shorten it.") % {"most": LONGEST}
        raise InvalidInput({"text": [message]})
    return UserNote.objects.create(
        site=site, user=person, author=editor, author_label=str(editor), text=text
    )

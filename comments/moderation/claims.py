from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import Comment, EditorClaim
from core.errors import Conflict

LASTS = timedelta(minutes=5)


class ClaimedByAnother(Conflict):
    """`extra`: `editor` and `until`."""

    code = "claimed"
    title = _("Another editor is looking at this comment")


# One statement, so that of two editors who open a comment at once only one gets the claim.
_TAKE = """
    INSERT INTO comments_editorclaim (comment_id, editor_id, expires_at) VALUES (%s, %s, %s)
    ON CONFLICT (comment_id) DO UPDATE
        SET editor_id = excluded.editor_id, expires_at = excluded.expires_at
        WHERE comments_editorclaim.editor_id = excluded.editor_id
           OR comments_editorclaim.expires_at <= %s
"""


@transaction.atomic(durable=True)
def claim_comment(*, comment: Comment, editor: User) -> EditorClaim:
    """Claim the comment for five minutes; claiming again renews it. A claim only warns other
    editors: the expected state protects against conflicting decisions."""
    require(editor, Permission.MODERATE, comment.thread.site)
    now = timezone.now()
    with connection.cursor() as cursor:
        # The row is updated only for its own editor or once it has expired, so who holds it is read
        # back.
        cursor.execute(_TAKE, [comment.pk, editor.pk, now + LASTS, now])
    held = EditorClaim.objects.select_related("editor").get(comment=comment)
    if held.editor_id != editor.pk:
        extra = {"editor": held.editor.display_name, "until": held.expires_at.isoformat()}
        raise ClaimedByAnother(extra=extra)
    return held


@transaction.atomic(durable=True)
def release_comment(*, comment: Comment, editor: User) -> None:
    require(editor, Permission.MODERATE, comment.thread.site)
    EditorClaim.objects.filter(comment=comment, editor=editor).delete()

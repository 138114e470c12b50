from comments.emails.compose import absolute, page_of, post_to
from comments.models import Appeal
from comments.models.email_settings import correspondence_of
from comments.states import Jurisdiction


def tell_appellant(appeal: Appeal) -> None:
    """What the editors decided on the appeal, and why."""
    site = appeal.comment.thread.site
    context = {
        "appeal": appeal,
        "page": page_of(appeal.comment),
        "comment_url": absolute("comments:permalink", appeal.comment_id),
        "by_dsa": correspondence_of(site).jurisdiction == Jurisdiction.DSA,
    }
    post_to(appeal.author, "appeal", site, context)

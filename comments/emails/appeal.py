from comments.emails.compose import absolute, page_of, send_to
from comments.models import Appeal
from comments.models.email_settings import email_settings_of
from comments.states import Jurisdiction


def appeal_decided(appeal: Appeal) -> None:
    """E-mail the author the decision on their appeal and its reason."""
    site = appeal.comment.thread.site
    context = {
        "appeal": appeal,
        "page": page_of(appeal.comment),
        "comment_url": absolute("comments:permalink", appeal.comment_id),
        "by_dsa": email_settings_of(site).jurisdiction == Jurisdiction.DSA,
    }
    send_to(appeal.author, "appeal", site, context)

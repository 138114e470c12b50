from comments.emails.compose import about_comment, absolute, page_of, send_to
from comments.models import Appeal
from comments.models.email_settings import email_settings_of
from comments.states import Jurisdiction
from core import mail


def appeal_decided(appeal: Appeal) -> None:
    """E-mail the author the decision on their appeal and its reason."""
    site = appeal.comment.thread.site
    context = {
        "appeal": appeal,
        "page": page_of(appeal.comment),
        "comment_url": absolute("comments:permalink", appeal.comment_id),
        "by_dsa": email_settings_of(site).jurisdiction == Jurisdiction.DSA,
    }
    options = mail.Options(thread=about_comment(appeal.comment_id))
    send_to(appeal.author, "appeal", site, context, options)

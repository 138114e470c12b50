from django.conf import settings
from django.utils.translation import get_language

from comments.emails.compose import absolute
from comments.models import Complaint
from core import mail


def render_complaint(complaint: Complaint) -> mail.Content:
    """Write in the installation's language, because the newsroom reads it."""
    context = {
        "complaint": complaint,
        "desk_url": absolute("comments:desk-comment", complaint.comment_id)
        if complaint.comment_id
        else "",
    }
    return mail.render(
        "comments/emails/complaint.html",
        site=complaint.site,
        language=settings.LANGUAGE_CODE,
        context=context,
    )


def send_complaint(complaint: Complaint) -> bool:
    """Queue the stored e-mail; False if it has been sent already.

    One that waits goes to the address that the complaint has now.
    """
    ids = {"complaint_id": complaint.pk}
    return mail.enqueue(
        to=complaint.sent_to,
        site=complaint.site,
        content=mail.Content(complaint.subject, complaint.email_text, complaint.email_html),
        options=mail.Options(
            key=email_key(complaint.pk),
            # The newsroom answers the author directly.
            reply_to=complaint.email,
            thread=email_key(complaint.pk),
            on_sent=mail.Event("complaint.emailed", ids),
            on_failure=mail.Event("complaint.not_emailed", ids),
        ),
    )


def confirm_receipt(complaint: Complaint) -> None:
    """Tell the author that the complaint arrived, and its number.

    A stranger's address is only typed: it gets none of the text, which could be an advertisement.
    """
    author = complaint.author
    content = mail.render(
        "comments/emails/complaint_received.html",
        site=complaint.site,
        language=author.language if author else get_language() or settings.LANGUAGE_CODE,
        context={"complaint": complaint},
    )
    options = mail.Options(thread=email_key(complaint.pk))
    mail.enqueue(to=complaint.email, site=complaint.site, content=content, options=options)


def email_key(complaint_id: int) -> str:
    return f"complaint-{complaint_id}"

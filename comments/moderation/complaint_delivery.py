"""The letter that takes a complaint to the publication: handed over once."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from comments.models import Complaint
from comments.moderation.complaints import record_sent


def send_complaint_letter(complaint_id: int) -> None:
    """Raises what the mail server said. A worker that dies between sending and recording sends
    once more, under the same Message-ID."""
    complaint = Complaint.objects.claim(complaint_id, timezone.now())
    if complaint is None:
        return
    try:
        _message(complaint).send()
    except (SMTPException, OSError) as error:
        Complaint.objects.release(complaint_id, timezone.now(), _in_words(error))
        raise
    record_sent(complaint_id=complaint_id)


def _in_words(error: SMTPException | OSError) -> str:
    """What the mail server answered, where it has answered."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(_answer(*answer) for answer in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error)


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def _message(complaint: Complaint) -> EmailMultiAlternatives:
    host = settings.BASE_URL.partition("://")[2].partition(":")[0]
    message = EmailMultiAlternatives(
        complaint.subject,
        complaint.letter_text,
        to=[complaint.sent_to],
        reply_to=[complaint.email] if complaint.email else None,
        headers={"Message-ID": f"<complaint-{complaint.pk}@{host}>"},
    )
    message.attach_alternative(complaint.letter_html, "text/html")
    return message

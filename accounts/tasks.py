from smtplib import SMTPException

from celery import shared_task
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.actions import lapse_sanction
from accounts.models import Letter, Sanction


@shared_task(
    autoretry_for=(SMTPException, OSError), retry_backoff=True, retry_jitter=True, max_retries=8
)
def mail_letter(letter_id: int) -> None:
    letter = Letter.objects.claim(letter_id, timezone.now())
    if letter is None:
        return
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to])
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    try:
        message.send()
    except (SMTPException, OSError):
        Letter.objects.filter(pk=letter_id).update(claimed_at=None)
        raise
    letter.delete()


@shared_task
def lapse_sanctions() -> None:
    for sanction_id in Sanction.objects.due(timezone.now()).values_list("pk", flat=True):
        lapse_sanction(sanction_id=sanction_id)

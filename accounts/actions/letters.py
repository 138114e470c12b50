from django.db import transaction

from accounts.models import Letter
from core import outbox


@transaction.atomic
def post_letter(*, to: str, subject: str, text: str, html: str = "") -> None:
    """Hand a rendered letter to the mail queue, together with whatever the caller is writing."""
    letter = Letter.objects.create(to=to, subject=subject, text=text, html=html)
    outbox.publish("account.letter_written", letter_id=letter.pk)

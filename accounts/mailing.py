"""Letters on their way: claimed in one transaction, handed over in none, struck off in another.

A worker that is killed after the mail server has taken a letter and before it is struck off sends
it again when its claim has lapsed: at most one duplicate for each such death, for no mail server
tells what it has taken already. Both have the same Message-ID, by which many mail programs show
but one.
"""

from datetime import timedelta
from enum import Enum, auto
from smtplib import SMTPRecipientsRefused, SMTPResponseException

import structlog
from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.emails import compose, message_id
from accounts.models import Letter

# The pause after each attempt; the last one for all that follow, while the letter is of use.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
_PERMANENT = 500  # of SMTP's answers those that no further try will change
log = structlog.get_logger(__name__)


class Fate(Enum):
    """What became of an attempt. `UNREACHABLE`: no other letter would go either."""

    SENT = auto()
    REFUSED = auto()
    UNREACHABLE = auto()
    NOT_DUE = auto()


def send_letter(letter_id: int) -> Fate:
    letter = Letter.objects.claim(letter_id, timezone.now())
    if letter is None:
        return Fate.NOT_DUE
    try:
        _message(letter).send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        return _refused(letter, error, for_good=all(code >= _PERMANENT for code in codes))
    except AnymailRecipientsRefused as error:
        return _refused(letter, error, for_good=True)
    except SMTPResponseException as error:
        return _refused(letter, error, for_good=False)
    except OSError as error:  # every other fault of the mail is one
        _put_off(letter, error)
        return Fate.UNREACHABLE
    letter.delete()
    return Fate.SENT


def give_up_outlived() -> None:
    for letter in Letter.objects.outlived(timezone.now()):
        log.error("letter_given_up", letter=letter.pk, name=letter.name, tries=letter.tries)
        letter.delete()


def _refused(letter: Letter, error: Exception, *, for_good: bool) -> Fate:
    if for_good:
        log.error("letter_refused", letter=letter.pk, name=letter.name, error=str(error))
        letter.delete()
    else:
        _put_off(letter, error)
    return Fate.REFUSED


def _put_off(letter: Letter, error: Exception) -> None:
    log.warning("letter_put_off", letter=letter.pk, tries=letter.tries, error=str(error))
    letter.next_at = timezone.now() + PAUSES[min(letter.tries, len(PAUSES)) - 1]
    letter.save(update_fields=["next_at"])


def _message(letter: Letter) -> EmailMultiAlternatives:
    written = compose(letter.name, site=letter.site, language=letter.language, facts=letter.facts)
    headers = {"Message-ID": message_id(letter.pk)}
    message = EmailMultiAlternatives(written.subject, written.text, to=[letter.to], headers=headers)
    message.attach_alternative(written.html, "text/html")
    return message

"""The worker's side of the queue: claim in one transaction, send in none, record in another.

The mail server and the database share no transaction. A worker that is killed after the server has
accepted an e-mail, and before that is recorded, cannot know that it went out: another worker sends
it again once the claim lapses. So there is at most one duplicate for each such death, with the same
Message-ID, by which many mail programs show only one.
"""

import time
from datetime import timedelta
from enum import Enum, auto
from smtplib import SMTPRecipientsRefused, SMTPResponseException

import structlog
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from core import outbox
from core.mail.message import build_message
from core.models import Email

# The pause after each try; the last one also after all that follow, until the e-mail expires.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
# Seconds between tries to record a sending: a database restarts within their sum, and the claim
# (100 seconds) outlives it, so a restart makes no duplicate.
_RECORD_PAUSES = (0.5, 1, 2, 4, 8, 16)
_PERMANENT = 500  # SMTP replies from here on say that no further try will help
log = structlog.get_logger(__name__)


class SendResult(Enum):
    """How a try ended. `UNREACHABLE` says that no other e-mail would get through either."""

    SENT = auto()
    REFUSED = auto()
    UNREACHABLE = auto()
    NOT_DUE = auto()


def send_email(email_id: int) -> SendResult:
    """Send one e-mail of the queue, unless another worker has it or it is not due."""
    email = Email.objects.claim(email_id, timezone.now())
    if email is None:
        return SendResult.NOT_DUE
    message = build_message(email)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        # A 4yz reply is temporary (RFC 5321, section 4.2.1): greylisting servers refuse a first try
        # this way.
        codes = [code for code, _answer in error.recipients.values()]
        is_final = all(code >= _PERMANENT for code in codes)
        return _record_failure(email, error, SendResult.REFUSED, is_final=is_final)
    except AnymailRecipientsRefused as error:
        return _record_failure(email, error, SendResult.REFUSED, is_final=True)
    # The server refused the session, the sender or the message, but not the recipient: an operator
    # may correct the configuration before the e-mail expires, so it is never final.
    except SMTPResponseException as error:
        return _record_failure(email, error, SendResult.REFUSED, is_final=False)
    # smtplib's other errors and the HTTP errors of anymail's backends are subclasses of OSError.
    # Anymail's remaining errors concern this e-mail alone, such as a feature the provider lacks.
    except (OSError, AnymailError) as error:
        result = SendResult.UNREACHABLE if isinstance(error, OSError) else SendResult.REFUSED
        return _record_failure(email, error, result, is_final=False)
    _record_patiently(email)
    return SendResult.SENT


def give_up_expired() -> None:
    """Drop what no mail server has accepted in time."""
    for email in Email.objects.expired(timezone.now()):
        log.error("email_given_up", email=email.pk, tries=email.tries)
        email.delete()


def make_waiting_due() -> None:
    """Send what waits, however far ahead its moment is since the clock was set back."""
    Email.objects.make_due(timezone.now())


def _record_patiently(email: Email) -> None:
    for pause in _RECORD_PAUSES:
        try:
            _record_sent(email)
        except (InterfaceError, OperationalError):
            # A dropped connection stays broken until it is closed; Django then opens another one.
            connection.close()
            time.sleep(pause)
        else:
            return
    _record_sent(email)


@transaction.atomic
def _record_sent(email: Email) -> None:
    if Email.objects.mark_sent(email.pk, timezone.now()) and email.on_sent:
        outbox.publish(email.on_sent["topic"], **email.on_sent["payload"])


@transaction.atomic
def _record_failure(
    email: Email, error: Exception, result: SendResult, *, is_final: bool
) -> SendResult:
    reason = _reason(error)
    if is_final:
        log.error("email_refused", email=email.pk, error=reason)
        Email.objects.filter(pk=email.pk).delete()
    else:
        log.warning("email_put_off", email=email.pk, tries=email.tries, error=reason)
        pause = PAUSES[min(email.tries, len(PAUSES)) - 1]
        Email.objects.filter(pk=email.pk).update(next_at=timezone.now() + pause, claimed_until=None)
    if email.on_failure:
        outbox.publish(
            email.on_failure["topic"],
            **email.on_failure["payload"],
            reason=reason,
            is_final=is_final,
        )
    return result


def _reason(error: Exception) -> str:
    """Return the mail server's answer, or the error's text if it gave none."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(_answer(*answer) for answer in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error)


def _answer(code: int, text: bytes | str) -> str:
    decoded = text.decode(errors="replace") if isinstance(text, bytes) else text
    # PostgreSQL's JSON takes no NUL.
    return f"{code} {decoded}".replace("\x00", "")

"""The letter that brings a certificate: handed over once."""

import time
from smtplib import SMTPRecipientsRefused

from anymail.message import AnymailMessage
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from certificates.delivery.actions import record_bounce
from certificates.issuing.actions import claim_letter, record_letter, release_letter
from certificates.models import Certificate
from certificates.register.downloads import file_name
from certificates.rendering import CertificateFacts

_PAUSES = (0.5, 1, 2, 4, 8, 16)  # seconds; a database restarts within them, a claim outlives them
_PERMANENT = 500  # of SMTP's answers those that no further try will change


class LetterInOtherHands(Exception):
    """Another worker holds the claim; if it died, the claim runs out."""


def send_document(certificate_id: int) -> None:
    """Raises `LetterInOtherHands` while another worker is at it, and what the mail server said."""
    certificate = Certificate.objects.select_related(
        "application", "programme__site", "supersedes"
    ).get(pk=certificate_id)
    if certificate.mailed_at is not None or not certificate.email:
        return
    if not claim_letter(certificate_id=certificate_id):
        raise LetterInOtherHands
    try:
        _compose(certificate).send()
    except SMTPRecipientsRefused as error:
        release_letter(certificate_id=certificate_id)
        if not _is_final(error):
            raise
        _record_refusal(certificate, error)
        return
    except OSError:  # every other SMTP refusal is one
        release_letter(certificate_id=certificate_id)
        raise
    _record_patiently(certificate_id)


def _record_patiently(certificate_id: int) -> None:
    """What was handed over and not written down would be handed over once more."""
    for pause in _PAUSES:
        try:
            record_letter(certificate_id=certificate_id)
        except (InterfaceError, OperationalError):
            connection.close()
            time.sleep(pause)
        else:
            return
    record_letter(certificate_id=certificate_id)


def _is_final(error: SMTPRecipientsRefused) -> bool:
    return all(code >= _PERMANENT for code, _said in error.recipients.values())


def _record_refusal(certificate: Certificate, error: SMTPRecipientsRefused) -> None:
    said = b" ".join(answer for _code, answer in error.recipients.values())
    record_bounce(
        certificate_id=certificate.pk,
        letter=certificate.letters_asked,
        email=certificate.email,
        reason=said.decode(errors="replace"),
    )


def _compose(certificate: Certificate) -> AnymailMessage:
    with translation.override(certificate.language):
        context = {
            "certificate": certificate,
            "site": certificate.programme.site,
            "language": certificate.language,
            "confirmation": certificate.application.confirmations.last(),
            "answers": CertificateFacts.from_data(certificate.facts).lines,
            "document_url": _absolute("certificates:code-document", certificate.printed_code),
            "verification_url": _absolute("certificates:verify-code", certificate.printed_code),
        }
        letter = AnymailMessage(
            subject=render_to_string("certificates/mail/document_subject.txt", context).strip(),
            body=render_to_string("certificates/mail/document.txt", context),
            to=[certificate.email],
            headers={"Message-ID": _message_id(certificate)},
            # A provider gives it back when it tells what became of the letter.
            metadata={
                "certificate": str(certificate.pk),
                "letter": str(certificate.letters_asked),
            },
        )
        letter.attach_alternative(
            render_to_string("certificates/mail/document.html", context), "text/html"
        )
    if certificate.programme.attach_document:
        with certificate.document.open("rb") as document:
            letter.attach(file_name(certificate), document.read(), "application/pdf")
    return letter


def _absolute(route: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(route, args=args)}"


def _message_id(certificate: Certificate) -> str:
    """The same however often a crash makes us send it; one asked for again is another letter."""
    host = settings.BASE_URL.partition("://")[2].partition(":")[0]
    return f"<certificate-{certificate.pk}-{certificate.letters_asked}-{certificate.number}@{host}>"

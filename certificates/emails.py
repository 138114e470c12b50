"""Every e-mail about a certificate or an application: a function here and its template in
`certificates/emails/`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates.language.changes import Change
from certificates.models import Application, Certificate, Confirmation
from certificates.rendering import DocumentData
from core import mail
from core.models import Site


def document(
    certificate: Certificate,
    *,
    changes: Sequence[Change],
    attachments: Sequence[mail.Attachment],
) -> bool:
    """Send the link to a sealed document; False if this e-mail went out already.

    `changes` are those of a correction, in the language of the certificate.
    """
    ids = {"certificate_id": certificate.pk, "email_number": certificate.email_number}
    content = mail.render(
        "certificates/emails/document.html",
        site=certificate.programme.site,
        language=certificate.language,
        context={
            "certificate": certificate,
            "changes": changes,
            "confirmation": certificate.application.confirmations.last(),
            "answers": DocumentData.from_data(certificate.document_data).lines,
            "document_url": _absolute("certificates:code-document", certificate.printed_code),
            "verification_url": _absolute("certificates:verify-code", certificate.printed_code),
            "correction_url": _correction_url(certificate),
        },
    )
    options = mail.Options(
        # Two workers that take the same event queue one e-mail.
        key=document_key(certificate),
        thread=_conversation(certificate.application),
        # A provider sends it back with a bounce: see certificates/delivery/bounces.py.
        metadata={
            "certificate": str(certificate.pk),
            "email_number": str(certificate.email_number),
        },
        attachments=attachments,
        on_sent=mail.Event("certificate.emailed", ids),
        on_failure=mail.Event("certificate.not_emailed", ids),
    )
    return mail.enqueue(
        to=certificate.email, site=certificate.programme.site, content=content, options=options
    )


def _correction_url(certificate: Certificate) -> str:
    """Return where its holder can correct the certificate, or nothing if the time is over."""
    if certificate.correctable_until <= timezone.now():
        return ""
    # A certificate of a table is in no account: its holder comes by a code to this address.
    if certificate.application.applicant_id is None:
        return _absolute("certificates:claim")
    return _absolute("certificates:certificate", certificate.number)


def document_key(certificate: Certificate) -> str:
    """Return the key of the newest e-mail. Retries share it; a resent e-mail has another one."""
    return f"certificate-{certificate.pk}-{certificate.email_number}-{certificate.number}"


def revocation(certificate: Certificate, *, url: str) -> None:
    """Tell the holder that the certificate was revoked; `url` is its verification page."""
    content = mail.render(
        "certificates/emails/revocation.html",
        site=certificate.programme.site,
        language=certificate.language,
        context={"certificate": certificate, "url": url},
    )
    mail.enqueue(
        to=certificate.email,
        site=certificate.programme.site,
        content=content,
        options=_about(certificate.application),
    )


def receipt(
    application: Application, confirmation: Confirmation, answers: Sequence[tuple[str, str]]
) -> None:
    """Send the applicant what they have confirmed, with the digest that proves it."""
    _to_applicant("receipt", application, {"confirmation": confirmation, "answers": answers})


def decision(application: Application, *, holder: str) -> None:
    """Tell the applicant what the registrar asks to correct, or why the answer is no."""
    _to_applicant("decision", application, {"holder": holder})


def claim_code(*, to: str, site: Site, language: str, code: str, lasts: timedelta) -> None:
    """Send the code that opens the list of the certificates issued to an address."""
    _about_claim("claim_code", to, site, language, context={"code": code}, lasts=lasts)


def nothing_to_claim(*, to: str, site: Site, language: str, lasts: timedelta) -> None:
    """Tell an address that no certificate was sent to it."""
    context = {"email": to, "url": _absolute("certificates:claim")}
    _about_claim("nothing_to_claim", to, site, language, context=context, lasts=lasts)


def _about_claim(
    name: str, to: str, site: Site, language: str, *, context: Mapping[str, str], lasts: timedelta
) -> None:
    # The worker renders it: rendering in the request would tell by its time who has certificates.
    mail.enqueue_template(
        to=to,
        site=site,
        language=language,
        template=f"certificates/emails/{name}.html",
        context=context,
        options=mail.Options(useful_for=lasts),
    )


def _to_applicant(name: str, application: Application, context: Mapping[str, Any]) -> None:
    """Queue an e-mail about an application; one made from a table has no applicant to tell."""
    if application.applicant is None:
        return
    site = application.programme.site
    url = _absolute("certificates:application", application.pk)
    content = mail.render(
        f"certificates/emails/{name}.html",
        site=site,
        language=application.applicant.language,
        context={"application": application, "url": url, **context},
    )
    mail.enqueue(
        to=application.applicant.email, site=site, content=content, options=_about(application)
    )


def _about(application: Application) -> mail.Options:
    return mail.Options(thread=_conversation(application))


def _conversation(application: Application) -> str:
    """From the first answer of the registrar to the revocation."""
    return f"application-{application.pk}"


def _absolute(route: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(route, args=args)}"

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.permissions import Permission, require
from certificates import emails
from certificates.applications.changes import changes_of
from certificates.audit import certificate_event, record
from certificates.language.changes import Change
from certificates.models import Certificate, CertificateEvent
from certificates.register.downloads import file_name
from certificates.state_changes import lock_certificate
from certificates.states import CertificateStatus
from core import email_addresses, idempotency, mail, outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput, NotFound

_PAUSE = timedelta(minutes=2)


class SentJustNow(Conflict):
    code = "email_sent_just_now"
    title = _("The e-mail was sent a moment ago: look for it in the spam folder, too")


class NothingToSend(Conflict):
    code = "nothing_to_send"
    title = _("Only the document of a valid certificate is sent")


@bounded(email=Bound(254), key=Bound(4_000))
@transaction.atomic(durable=True)
def resend_email(
    *, certificate: Certificate, actor: User, email: str, key: str = ""
) -> Certificate:
    """Send the document again, and store the e-mail address if it is another one.

    A request repeated with the same idempotency `key` sends nothing more. The audit log keeps each
    request.
    """
    _require_may_send(actor, certificate, email)
    email = email_addresses.normalise(email)
    try:
        email_addresses.check(email)
    except ValidationError as error:
        raise InvalidInput({"email": [*error.messages]}) from error
    request = ["document email", certificate.pk, email]
    claim = idempotency.claim(user_id=actor.pk, key=key, request=request)
    locked = lock_certificate(certificate.pk)
    if claim.object_id is not None:
        return locked
    if locked.status != CertificateStatus.VALID or not locked.is_sealed:
        raise NothingToSend
    _check_pause(locked, email)
    _begin_next_email(locked, email)
    evidence = {"email_number": locked.email_number}
    record(
        certificate_event(
            locked.application,
            CertificateEvent.Action.EMAIL_REQUESTED,
            actor=actor,
            evidence=evidence,
            certificate=locked,
        )
    )
    outbox.publish("certificate.email_requested", certificate_id=locked.pk)
    claim.settle(locked.pk)
    return locked


def _require_may_send(actor: User, certificate: Certificate, email: str) -> None:
    """The holder may have it sent to the stored address alone, a registrar to any."""
    is_holder = certificate.application.applicant_id == actor.pk
    if not is_holder or email != certificate.email:
        require(actor, Permission.DECIDE_APPLICATIONS, certificate.programme.site)


def _begin_next_email(certificate: Certificate, email: str) -> None:
    """Cancel the e-mail that is still queued, and store the address and number of the next one."""
    # An earlier e-mail that is still queued would arrive in addition to the new one.
    mail.cancel([emails.document_key(certificate)])
    # A new number makes a new key of the queue, and a bounce of the earlier e-mail is recognised.
    certificate.email_number += 1
    certificate.email = email
    certificate.mailed_at = certificate.bounced_at = None
    certificate.bounce_reason = ""
    certificate.save(
        update_fields=["email_number", "email", "mailed_at", "bounced_at", "bounce_reason"]
    )


def _check_pause(certificate: Certificate, email: str) -> None:
    """Raise `SentJustNow` if an e-mail to this address is queued or was sent a moment ago."""
    if certificate.bounced_at is not None or certificate.email != email:
        return
    if certificate.mailed_at is None or certificate.mailed_at > timezone.now() - _PAUSE:
        raise SentJustNow


@transaction.atomic(durable=True)
def email_document(*, certificate_id: int) -> None:
    """Queue the e-mail with a sealed document unless it is queued or sent already."""
    lock_certificate(certificate_id)
    # Read after the lock: another worker may have queued the e-mail while this one waited.
    unmailed = Certificate.objects.unmailed().select_related(
        "application", "programme__site", "supersedes"
    )
    certificate = unmailed.filter(pk=certificate_id).first()
    # The sweep publishes this event again every few minutes; an e-mail that is queued must keep
    # its place and its retry time.
    if certificate is None or mail.waiting([emails.document_key(certificate)]):
        return
    attached = certificate.programme.attach_document
    emails.document(
        certificate,
        changes=_changes(certificate),
        attachments=[_attachment(certificate)] if attached else [],
    )


def _changes(certificate: Certificate) -> list[Change]:
    """Return what a corrected certificate changes, in the language of its e-mail."""
    if certificate.supersedes_id is None:
        return []
    with override(certificate.language):
        return changes_of(certificate.application)


def _attachment(certificate: Certificate) -> mail.Attachment:
    return mail.Attachment(
        stored_as=str(certificate.document.name),
        filename=file_name(certificate),
        content_type="application/pdf",
    )


@transaction.atomic(durable=True)
def record_email_sent(*, certificate_id: int, email_number: int) -> None:
    certificate = Certificate.objects.select_related("application").get(pk=certificate_id)
    # The number keeps a late record of an earlier e-mail from marking the new one as sent.
    sent = Certificate.objects.filter(pk=certificate_id, email_number=email_number, mailed_at=None)
    if sent.update(mailed_at=timezone.now()):
        record(
            certificate_event(
                certificate.application,
                CertificateEvent.Action.EMAIL_SENT,
                actor=None,
                evidence={"email_number": email_number},
                certificate=certificate,
            )
        )


def record_email_failure(
    *, certificate_id: int, email_number: int, reason: str, is_final: bool
) -> None:
    """Treat a final refusal as a bounce; the queue itself retries after any other failure."""
    if is_final:
        email = Certificate.objects.get(pk=certificate_id).email
        record_bounce(
            certificate_id=certificate_id, email_number=email_number, email=email, reason=reason
        )


@bounded(email=Bound(254), reason=Bound(10_000))
@transaction.atomic(durable=True)
def record_bounce(*, certificate_id: int, email_number: int, email: str, reason: str) -> None:
    """Record that the newest e-mail bounced. Bounces of earlier e-mails are ignored."""
    newest = Certificate.objects.filter(
        pk=certificate_id, email_number=email_number, bounced_at=None
    )
    # Providers report the domain as it was sent, in Latin letters.
    email = email_addresses.normalise(email)
    # Checked without a lock first, so that a report about an earlier e-mail waits for nothing.
    if not newest.filter(email__iexact=email).exists():
        return
    certificate = lock_certificate(certificate_id)
    if certificate.bounced_at is not None or certificate.email_number != email_number:
        return
    certificate.bounced_at = timezone.now()
    # Mail servers may answer with any length; the column and the page need only the beginning.
    certificate.bounce_reason = reason[:500]
    certificate.save(update_fields=["bounced_at", "bounce_reason"])
    record(
        certificate_event(
            certificate.application,
            CertificateEvent.Action.EMAIL_BOUNCED,
            actor=None,
            evidence={"email_number": certificate.email_number},
            certificate=certificate,
        )
    )
    outbox.publish("certificate.bounced", certificate_id=certificate.pk)


@transaction.atomic(durable=True)
def show_name(*, certificate: Certificate, holder: User, public: bool) -> None:
    """Choose whether verification by number shows the full name."""
    locked = lock_certificate(certificate.pk)
    if locked.application.applicant_id != holder.pk:
        raise NotFound
    if locked.name_is_public == public:
        return
    locked.name_is_public = public
    locked.save(update_fields=["name_is_public"])
    action = CertificateEvent.Action.NAME_SHOWN if public else CertificateEvent.Action.NAME_HIDDEN
    record(certificate_event(locked.application, action, actor=holder, certificate=locked))

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from certificates import emails
from certificates.applications import corrections
from certificates.issuing import document_data
from certificates.models import Application, Certificate, CertificateEvent
from certificates.state_changes import Transition, change_certificate_status
from certificates.states import ApplicationStatus, CertificateStatus
from core import outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput


class CorrectionUnderWay(Conflict):
    code = "correction_under_way"
    title = _("A corrected certificate is just being issued: revoke that one")


@bounded(reason=Bound(10_000))
@transaction.atomic(durable=True)
def revoke_certificate(
    *, certificate: Certificate, actor: User, reason: str, expected: CertificateStatus
) -> Certificate:
    """Revoke a certificate and e-mail its holder. `reason` is public on the verification page.

    Its open correction, which can no longer replace it, is closed with this reason.

    Raises `StaleDecision` if the certificate is no longer in the status that the registrar saw.
    """
    require(actor, Permission.DECIDE_APPLICATIONS, certificate.programme.site)
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": [_("Enter the reason: the verification page shows it")]})
    locked = corrections.lock_with_correction(certificate.pk)
    approved = Application.objects.correcting(locked).filter(status=ApplicationStatus.APPROVED)
    # The certificate that is about to replace this one would stay valid.
    if locked.status == CertificateStatus.VALID and approved.exists():
        raise CorrectionUnderWay
    if change_certificate_status(
        locked,
        Transition(
            CertificateStatus.REVOKED,
            action=CertificateEvent.Action.REVOKED,
            actor=actor,
            expected=expected,
            note=reason,
        ),
    ):
        corrections.close_correction(locked, actor=actor, reason=reason)
        outbox.publish("certificate.revoked", certificate_id=locked.pk)
        if locked.email:
            emails.revocation(locked, url=document_data.verification_url(locked.code))
    return locked

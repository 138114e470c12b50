from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.actions import post_written_letter
from accounts.models import User
from certificates.issuing import document_data
from certificates.models import Application, Certificate, CertificateEvent
from certificates.state_changes import change_certificate_state, lock_certificate
from certificates.states import ApplicationState, CertificateState
from core import outbox
from core.errors import Conflict, InvalidInput


class CorrectionUnderWay(Conflict):
    code = "correction_under_way"
    title = _("A corrected certificate is just being issued: revoke that one")


@transaction.atomic(durable=True)
def revoke_certificate(
    *, certificate: Certificate, actor: User, reason: str, expected: CertificateState
) -> Certificate:
    """`reason` stands on the verification page, for everybody to read.

    Raises `StaleDecision` if the certificate is no longer in the state that the registrar saw.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput({"reason": [_("Write why: it stands on the verification page")]})
    locked = lock_certificate(certificate.pk)
    approved = Application.objects.correcting(locked).filter(state=ApplicationState.APPROVED)
    if locked.state == CertificateState.VALID and approved.exists():
        raise CorrectionUnderWay
    if change_certificate_state(
        locked,
        CertificateState.REVOKED,
        action=CertificateEvent.Action.REVOKED,
        actor=actor,
        expected=expected,
        note=reason,
    ):
        outbox.publish("certificate.revoked", certificate_id=locked.pk)
        _tell_holder(locked)
    return locked


def _tell_holder(certificate: Certificate) -> None:
    if not certificate.email:
        return
    with translation.override(certificate.language):
        context = {
            "certificate": certificate,
            "site": certificate.programme.site,
            "language": certificate.language,
            "url": document_data.verification_url(certificate.code),
        }
        post_written_letter(
            to=certificate.email,
            site=certificate.programme.site,
            subject=render_to_string("certificates/mail/revocation_subject.txt", context).strip(),
            text=render_to_string("certificates/mail/revocation.txt", context),
            html=render_to_string("certificates/mail/revocation.html", context),
        )

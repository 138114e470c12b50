from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require_unsanctioned
from certificates.applications.answer_files import share_files
from certificates.audit import certificate_event, record
from certificates.models import Application, Certificate, CertificateEvent
from certificates.state_changes import lock_certificate
from certificates.states import CertificateStatus
from core import idempotency
from core.errors import Conflict


class NotCorrectable(Conflict):
    code = "not_correctable"
    title = _("Only a valid certificate can be corrected")


class CorrectionClosed(Conflict):
    code = "correction_closed"
    title = _("The time for corrections is over: write to the publication")


def check_valid(certificate: Certificate) -> None:
    """Raise `NotCorrectable` if the certificate was revoked, replaced or erased."""
    if certificate.status != CertificateStatus.VALID or certificate.erased_at is not None:
        raise NotCorrectable(extra={"current": certificate.status})


def check_correctable(certificate: Certificate) -> None:
    """Raise `NotCorrectable`, or `CorrectionClosed` after the programme's days for corrections."""
    check_valid(certificate)
    if certificate.correctable_until <= timezone.now():
        raise CorrectionClosed


@transaction.atomic(durable=True)
def start_correction(
    *, certificate: Certificate, holder: User, key: str = "", ip: str = ""
) -> Application:
    """Return a draft with the confirmed answers, which the holder then corrects.

    Raises `UnderSanction` while a sanction forbids the holder to apply.

    A correction that is already open is returned instead of a new one. A `key` that was used
    before returns the correction that it started.
    """
    require_unsanctioned(holder, Permission.APPLY, certificate.programme.site, ip)
    request = ["correct", certificate.pk]
    claim = idempotency.claim(user_id=holder.pk, key=key, request=request)
    if claim.object_id is not None:
        return Application.objects.get(pk=claim.object_id)
    locked = lock_certificate(certificate.pk)
    check_correctable(locked)
    # Under the certificate's lock, so two requests at once cannot both find none.
    under_way = Application.objects.correcting(locked).first()
    if under_way is not None:
        claim.settle(under_way.pk)
        return under_way
    source = locked.application
    correction = Application.objects.create(
        programme=locked.programme,
        form=source.form,
        applicant=holder,
        answers=source.answers,
        dismissed_slips=source.dismissed_slips,
        language=source.language,
        corrects=locked,
    )
    share_files(source, correction)
    record(
        certificate_event(
            source, CertificateEvent.Action.CORRECTION_STARTED, actor=holder, certificate=locked
        )
    )
    claim.settle(correction.pk)
    return correction


def check_replaceable(certificate_id: int) -> None:
    """Lock the certificate that an approved correction is going to replace."""
    check_valid(lock_certificate(certificate_id))

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require, require_unsanctioned
from certificates import emails
from certificates.applications.answer_files import drop_files, share_files
from certificates.audit import certificate_event, record
from certificates.form import reading
from certificates.models import Application, Certificate, CertificateEvent
from certificates.state_changes import (
    Transition,
    change_application_status,
    lock_application,
    lock_certificate,
)
from certificates.states import ApplicationStatus, CertificateStatus
from core import idempotency
from core.bounds import Bound, bounded
from core.errors import Conflict, NotFound


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


@bounded(key=Bound(4_000))
@transaction.atomic(durable=True)
def start_correction(
    *, certificate: Certificate, holder: User, key: str = "", ip: str = ""
) -> Application:
    """Return a draft with the confirmed answers, which the holder then corrects.

    Raises `UnderSanction` while a sanction forbids the holder to apply.

    A correction that is already open is returned instead of a new one. A `key` that was used
    before returns the correction that it started.
    """
    require(holder, Permission.APPLY, certificate.programme.site)
    require_unsanctioned(holder, Permission.APPLY, certificate.programme.site, ip)
    request = ["correct", certificate.pk]
    claim = idempotency.claim(user_id=holder.pk, key=key, request=request)
    if claim.object_id is not None:
        return Application.objects.get(pk=claim.object_id)
    locked = lock_certificate(certificate.pk)
    if locked.application.applicant_id != holder.pk:
        raise NotFound
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


def lock_with_correction(certificate_id: int) -> Certificate:
    """Lock a certificate after its correction, in the order in which an approval locks them."""
    for pk in Application.objects.filter(corrects=certificate_id).under_way().values_list("pk"):
        lock_application(*pk)
    return lock_certificate(certificate_id)


def close_correction(certificate: Certificate, *, actor: User, reason: str) -> None:
    """Close the open correction of a certificate that was revoked, and tell its applicant why.

    A confirmed one is rejected, so it stays in the registrar's lists; any other is withdrawn.
    """
    correction = Application.objects.correcting(certificate).under_way().first()
    if correction is None:
        return
    locked = lock_application(correction.pk)
    is_confirmed = locked.status == ApplicationStatus.SUBMITTED
    change_application_status(
        locked,
        Transition(
            ApplicationStatus.REJECTED if is_confirmed else ApplicationStatus.WITHDRAWN,
            action=CertificateEvent.Action.CORRECTION_CLOSED,
            actor=actor,
            note=reason,
        ),
    )
    locked.note, locked.note_question = _closing_note(locked, certificate, reason), ""
    locked.save(update_fields=["note", "note_question"])
    if not is_confirmed:
        drop_files(locked)
    emails.decision(locked, holder=reading.holder_name(locked.form.fields, locked.answers))


def _closing_note(correction: Application, certificate: Certificate, reason: str) -> str:
    """Return the note in the language in which the applicant reads it."""
    applicant = correction.applicant
    with translation.override(applicant.language if applicant else correction.language):
        sentence = gettext("Certificate № %(number)s, which it was to correct, was revoked.")
        return f"{sentence % {'number': certificate.number}} {reason}"

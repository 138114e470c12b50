"""Change the status of an application or a certificate. No other module assigns these statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates import audit, emails
from certificates.models import Application, Certificate, CertificateEvent
from certificates.states import (
    APPLICATION_STEPS,
    CERTIFICATE_STEPS,
    DECIDED,
    ApplicationStatus,
    CertificateStatus,
)
from core import mail
from core.errors import Conflict

S = TypeVar("S", ApplicationStatus, CertificateStatus)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S]):
    """A change of status and what the audit log keeps of it.

    `expected` is the status that the person saw, or None for automatic changes; `actor` is None
    for what the program does by rule.
    """

    to: S
    action: CertificateEvent.Action
    actor: User | None
    expected: S | None = None
    note: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


class AlreadyConfirmed(Conflict):
    code = "already_confirmed"
    title = _("This application has been confirmed and cannot be changed any more")


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    title = _("This application has been withdrawn: start a new one")


def not_editable(application: Application) -> Conflict:
    """Return the error that says why the answers cannot be changed."""
    is_withdrawn = application.status == ApplicationStatus.WITHDRAWN
    error = AlreadyWithdrawn if is_withdrawn else AlreadyConfirmed
    return error(extra={"current": application.status})


def lock_application(application_id: int) -> Application:
    # `of` locks the application alone: PostgreSQL refuses FOR UPDATE on the nullable side of the
    # join to the applicant, and the programme is shared by other work.
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("programme__site", "form", "applicant")
        .get(pk=application_id)
    )


def lock_for_editing(application: Application) -> Application:
    locked = lock_application(application.pk)
    if not locked.is_editable:
        raise not_editable(locked)
    return locked


def change_application_status(
    application: Application, transition: Transition[ApplicationStatus]
) -> bool:
    """Change a locked application; False, with nothing written, if it is in that status already."""
    before, to = ApplicationStatus(application.status), transition.to
    if not APPLICATION_STEPS.needs_change(before, to, expected=transition.expected):
        return False
    now = timezone.now()
    application.status = to
    application.changed_at = now
    if to is ApplicationStatus.SUBMITTED:
        # A returned application is confirmed again: the decision on its earlier answers is over.
        application.confirmed_at, application.decided_at = now, None
    elif to in DECIDED:
        application.decided_at = now
    application.save(update_fields=["status", "changed_at", "confirmed_at", "decided_at"])
    _record(application, before, transition)
    return True


def lock_certificate(certificate_id: int) -> Certificate:
    return (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("application__applicant", "programme__site")
        .get(pk=certificate_id)
    )


def change_certificate_status(
    certificate: Certificate, transition: Transition[CertificateStatus]
) -> bool:
    """Change a locked certificate; False, with nothing written, if it is in that status already."""
    before, to = CertificateStatus(certificate.status), transition.to
    if not CERTIFICATE_STEPS.needs_change(before, to, expected=transition.expected):
        return False
    certificate.status = to
    if to is CertificateStatus.SUPERSEDED:
        certificate.superseded_at = timezone.now()
    elif to is CertificateStatus.REVOKED:
        certificate.revoked_at = timezone.now()
        certificate.revocation_reason = transition.note
    certificate.save(update_fields=["status", "superseded_at", "revoked_at", "revocation_reason"])
    if to is not CertificateStatus.VALID:
        # Only the document of a valid certificate is sent.
        mail.cancel([emails.document_key(certificate)])
    _record(certificate.application, before, transition, certificate)
    return True


def _record(
    application: Application,
    before: str,
    transition: Transition[Any],
    certificate: Certificate | None = None,
) -> None:
    audit.record(
        audit.certificate_event(
            application,
            transition.action,
            actor=transition.actor,
            change=(before, transition.to),
            note=transition.note,
            evidence=transition.evidence,
            certificate=certificate,
        )
    )

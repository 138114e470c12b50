"""The one place where an application, and the certificate it became, change their state."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.models import Application, Certificate, CertificateEvent
from certificates.states import (
    APPLICATION_STEPS,
    CERTIFICATE_STEPS,
    DECIDED,
    ApplicationState,
    CertificateState,
)
from core.audit import actor_fields, own_act_fields
from core.errors import Conflict


class AlreadyConfirmed(Conflict):
    code = "already_confirmed"
    title = _("This application has been confirmed and cannot be changed any more")


def lock_application(application_id: int) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("programme__site", "form", "applicant")
        .get(pk=application_id)
    )


def lock_for_editing(application: Application) -> Application:
    locked = lock_application(application.pk)
    if not locked.is_editable:
        raise AlreadyConfirmed(extra={"state": locked.state})
    return locked


def move_application(
    application: Application,
    to: ApplicationState,
    *,
    act: str,
    actor: User | None,
    expected: ApplicationState | None = None,
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> bool:
    """Move a locked application; False if it stands there already, and then nothing is written."""
    before = ApplicationState(application.state)
    if not APPLICATION_STEPS.needs_change(before, to, expected=expected):
        return False
    now = timezone.now()
    application.state = to
    application.changed_at = now
    if to is ApplicationState.SUBMITTED:
        application.confirmed_at, application.decided_at = now, None
    elif to in DECIDED:
        application.decided_at = now
    application.save(update_fields=["state", "changed_at", "confirmed_at", "decided_at"])
    record(application, act=act, actor=actor, change=(before, to), note=note, evidence=evidence)
    return True


def lock_certificate(certificate_id: int) -> Certificate:
    return (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("application__applicant", "programme__site")
        .get(pk=certificate_id)
    )


def move_certificate(
    certificate: Certificate,
    to: CertificateState,
    *,
    act: str,
    actor: User | None,
    expected: CertificateState | None = None,
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> bool:
    """Move a locked certificate; False if it stands there already, and then nothing is written."""
    before = CertificateState(certificate.state)
    if not CERTIFICATE_STEPS.needs_change(before, to, expected=expected):
        return False
    certificate.state = to
    if to is CertificateState.SUPERSEDED:
        certificate.superseded_at = timezone.now()
    elif to is CertificateState.REVOKED:
        certificate.revoked_at, certificate.revocation_reason = timezone.now(), note
    certificate.save(update_fields=["state", "superseded_at", "revoked_at", "revocation_reason"])
    record(
        certificate.application,
        act=act,
        actor=actor,
        change=(before, to),
        note=note,
        evidence=evidence,
        certificate=certificate,
    )
    return True


def record(
    application: Application,
    *,
    act: str,
    actor: User | None,
    change: tuple[str, str] = ("", ""),
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
    certificate: Certificate | None = None,
) -> None:
    entry(
        application,
        act=act,
        actor=actor,
        change=change,
        note=note,
        evidence=evidence,
        certificate=certificate,
    ).save(force_insert=True)


def record_many(entries: Iterable[CertificateEvent]) -> None:
    CertificateEvent.objects.bulk_create(entries)


def entry(
    application: Application,
    *,
    act: str,
    actor: User | None,
    change: tuple[str, str] = ("", ""),
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
    certificate: Certificate | None = None,
) -> CertificateEvent:
    return CertificateEvent(
        application=application,
        certificate=certificate,
        action=act,
        from_state=change[0],
        to_state=change[1],
        note=note,
        evidence=dict(evidence or {}),
        **_who(application, actor),
    )


def _who(application: Application, actor: User | None) -> Mapping[str, Any]:
    is_own = actor is not None and actor.pk == application.applicant_id
    return own_act_fields(actor) if is_own else actor_fields(actor)

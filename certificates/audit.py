"""Write the audit log. Call these inside the transaction of the change that they describe."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from certificates.models import (
    Application,
    Certificate,
    CertificateEvent,
    TemplateEvent,
    TemplateVersion,
)
from core.audit import actor_fields, own_act_fields


def certificate_event(
    application: Application,
    action: CertificateEvent.Action,
    *,
    actor: User | None,
    change: tuple[str, str] = ("", ""),
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
    certificate: Certificate | None = None,
) -> CertificateEvent:
    """Build an event without storing it. `actor` is None for what the program does by rule."""
    is_own = actor is not None and actor.pk == application.applicant_id
    return CertificateEvent(
        application=application,
        certificate=certificate,
        action=action,
        from_status=change[0],
        to_status=change[1],
        note=note,
        evidence=dict(evidence or {}),
        # The applicant's name would outlive its erasure, because the log is append-only.
        **(own_act_fields(actor) if is_own else actor_fields(actor)),
    )


def record_template_event(
    version: TemplateVersion,
    action: TemplateEvent.Action,
    *,
    actor: User | None,
    change: tuple[str, str] = ("", ""),
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Store an event together with the digest that the version had at that moment."""
    TemplateEvent.objects.create(
        template=version.template,
        number=version.number,
        action=action,
        from_status=change[0],
        to_status=change[1],
        evidence={"sha256": version.digest} | dict(evidence or {}),
        **actor_fields(actor),
    )


def record(event: CertificateEvent) -> None:
    event.save(force_insert=True)


def record_many(events: Iterable[CertificateEvent]) -> None:
    CertificateEvent.objects.bulk_create(events)

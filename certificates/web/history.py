"""The audit log of an application and its certificate, as the registrar's pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.models import CertificateEvent
from core.audit import actor_name


@dataclass(frozen=True, slots=True)
class HistoryItem:
    at: datetime
    action: str
    actor: str | Promise
    note: str


def items(events: Iterable[CertificateEvent]) -> list[HistoryItem]:
    return [
        HistoryItem(event.at, event.get_action_display(), _actor(event), event.note)
        for event in events
    ]


def _actor(event: CertificateEvent) -> str | Promise:
    is_own = event.actor_id is not None and event.actor_id == event.application.applicant_id
    return _("the applicant") if is_own else actor_name(event.actor_label)

"""The record of an application and its certificate in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.models import CertificateEvent

_ACTS: Mapping[str, str | Promise] = {
    "application.confirmed": _("confirmed by the applicant"),
    "application.imported": _("taken from a table"),
    "application.withdrawn": _("withdrawn by the applicant"),
    "application.approved": _("application approved"),
    "application.returned": _("application returned for correction"),
    "application.rejected": _("application rejected"),
    "certificate.issued": _("certificate issued, number given"),
    "certificate.sealed": _("document made and sealed"),
    "certificate.archived": _("copy for the archive made"),
    "certificate.archive_renewed": _("copy for the archive renewed"),
    "certificate.mailed": _("letter sent"),
    "certificate.letter_asked": _("letter asked for again"),
    "certificate.letter_bounced": _("letter came back"),
    "certificate.name_shown": _("name made public by the holder"),
    "certificate.name_hidden": _("name hidden by the holder"),
    "certificate.revoked": _("certificate revoked"),
    "certificate.superseded": _("certificate replaced by a corrected one"),
    "certificate.erased": _("personal data erased"),
    "correction.started": _("correction begun"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    act: str | Promise
    actor: str | Promise
    note: str


def entries(events: Iterable[CertificateEvent]) -> list[Entry]:
    return [
        Entry(event.at, _ACTS.get(event.action, event.action), _actor(event), event.note)
        for event in events
    ]


def _actor(event: CertificateEvent) -> str | Promise:
    is_own = event.actor_id is not None and event.actor_id == event.application.applicant_id
    return _("the applicant") if is_own else event.actor_label

"""The webhook topics of certificates.

A payload shows no more of the holder than verification by number does, and no e-mail address.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from certificates.verification.verify import name_shown_by_number
from webhooks.topics import EventSource, Topic, WebhookEvent, contribute

_TOPICS = (
    Topic("certificate.issued", _("A certificate is issued: it has its number")),
    Topic("certificate.sealed", _("A certificate is sealed: its document can be had")),
    Topic("certificate.superseded", _("A certificate is replaced by a corrected one")),
    Topic("certificate.revoked", _("A certificate is revoked")),
    Topic("certificate.bounced", _("The e-mail with a certificate bounced")),
    Topic("certificate.erased", _("A person is erased from the register")),
)


# Internal events that are announced under another topic.
_ALIASES = {
    "certificate.issued_by_row": "certificate.issued",
    "certificate.sealed_without_email": "certificate.sealed",
}


def contribute_topics() -> None:
    known = {topic.name: topic for topic in _TOPICS}
    for event, name in {**dict.fromkeys(known), **_ALIASES}.items():
        topic = known[name or event]
        contribute(EventSource(event, (topic,), partial(_event_about, topic.name)))


def _event_about(topic: str, certificate_id: int) -> WebhookEvent:
    certificate = Certificate.objects.select_related("programme").get(pk=certificate_id)
    payload = {"certificate": _payload(certificate)}
    about = f"certificate:{certificate.pk}"
    return WebhookEvent(certificate.programme.site_id, topic, about, payload)


def _payload(certificate: Certificate) -> Mapping[str, Any]:
    """Return the payload with the certificate's present data, which may be newer than the topic."""
    replaced = certificate.supersedes
    expires_on, revoked_at = certificate.expires_on, certificate.revoked_at
    return {
        "number": certificate.number,
        "status": certificate.status,
        "programme": certificate.programme.slug,
        "title": certificate.title,
        "holder": name_shown_by_number(certificate),
        "issued_at": certificate.issued_at.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "document_digest": certificate.document_digest or None,
        "supersedes": replaced.number if replaced else None,
        "superseded_by": certificate.successor_number,
        "revoked_at": revoked_at.isoformat() if revoked_at else None,
        "revocation_reason": certificate.revocation_reason,
        "is_erased": certificate.erased_at is not None,
        "url": _verification_by_number(certificate.number),
    }


def _verification_by_number(number: str) -> str:
    query = urlencode({"number": number})
    return f"{settings.BASE_URL}{reverse('certificates:verify')}?{query}"

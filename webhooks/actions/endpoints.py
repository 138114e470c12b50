from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from core import outgoing
from core.audit import actor_fields
from core.bounds import Bound, bounded
from core.errors import InvalidInput
from core.models import Site
from core.signatures import new_secret
from webhooks.actions.delivery_status import set_status
from webhooks.models import Delivery, Endpoint, EndpointEvent
from webhooks.states import ENDPOINT, DeliveryStatus, EndpointStatus
from webhooks.topics import topics as known_topics

FORMER_SECRET_LASTS = timedelta(hours=24)


@bounded(url=Bound(500), topics=Bound(60), label=Bound(100))
@transaction.atomic(durable=True)
def add_endpoint(
    *, site: Site, url: str, topics: Sequence[str], label: str, actor: User
) -> Endpoint:
    require(actor, Permission.ADMINISTER, site)
    _require_fit(url, topics)
    endpoint = Endpoint.objects.create(
        site=site, url=url, topics=list(topics), label=label, secret=new_secret()
    )
    _record(endpoint, "endpoint.added", actor, evidence={"url": url, "topics": list(topics)})
    return endpoint


@bounded(url=Bound(500), topics=Bound(60), label=Bound(100))
@transaction.atomic(durable=True)
def change_endpoint(
    *, endpoint: Endpoint, url: str, topics: Sequence[str], label: str, actor: User
) -> Endpoint:
    require(actor, Permission.ADMINISTER, endpoint.site)
    _require_fit(url, topics)
    endpoint = _locked(endpoint)
    # A page that is saved unchanged is no event.
    if (endpoint.url, endpoint.topics, endpoint.label) == (url, list(topics), label):
        return endpoint
    endpoint.url, endpoint.topics, endpoint.label = url, list(topics), label
    endpoint.save(update_fields=["url", "topics", "label"])
    _record(endpoint, "endpoint.changed", actor, evidence={"url": url, "topics": list(topics)})
    return endpoint


@transaction.atomic(durable=True)
def rotate_secret(*, endpoint: Endpoint, actor: User) -> Endpoint:
    """For a day messages are signed with both, so that the receiver can change over."""
    require(actor, Permission.ADMINISTER, endpoint.site)
    endpoint = _locked(endpoint)
    endpoint.former_secret, endpoint.secret = endpoint.secret, new_secret()
    endpoint.former_secret_until = timezone.now() + FORMER_SECRET_LASTS
    endpoint.save(update_fields=["secret", "former_secret", "former_secret_until"])
    _record(endpoint, "endpoint.secret_rotated", actor)
    return endpoint


@transaction.atomic(durable=True)
def pause_endpoint(*, endpoint: Endpoint, actor: User) -> Endpoint:
    """Pause an endpoint. Events during the pause are not sent later."""
    require(actor, Permission.ADMINISTER, endpoint.site)
    return move(_locked(endpoint), EndpointStatus.PAUSED, actor)


@transaction.atomic(durable=True)
def resume_endpoint(*, endpoint: Endpoint, actor: User) -> Endpoint:
    require(actor, Permission.ADMINISTER, endpoint.site)
    endpoint = _locked(endpoint)
    # Otherwise the 60 hours would still count from the old failures, and the next one would switch
    # the endpoint off again.
    endpoint.failing_since = endpoint.rests_until = None
    endpoint.save(update_fields=["failing_since", "rests_until"])
    return move(endpoint, EndpointStatus.ACTIVE, actor)


@transaction.atomic(durable=True)
def remove_endpoint(*, endpoint: Endpoint, actor: User) -> None:
    require(actor, Permission.ADMINISTER, endpoint.site)
    move(_locked(endpoint), EndpointStatus.REMOVED, actor)


def move(endpoint: Endpoint, to: EndpointStatus, actor: User | None) -> Endpoint:
    """The one place where a locked endpoint's status changes, inside an action's transaction."""
    before = EndpointStatus(endpoint.status)
    if ENDPOINT.needs_change(before, to):
        endpoint.status = to
        endpoint.save(update_fields=["status"])
        if to in {EndpointStatus.DISABLED, EndpointStatus.REMOVED}:
            # The sweep takes active endpoints only, so these would be shown as waiting for ever.
            _give_up_waiting(endpoint)
        _record(endpoint, f"endpoint.{to}", actor, before=before, after=to)
    return endpoint


def _give_up_waiting(endpoint: Endpoint) -> None:
    waiting = Delivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.WAITING)
    set_status(waiting, DeliveryStatus.FAILED)


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().select_related(None).get(pk=endpoint.pk)


def _require_fit(url: str, topics: Sequence[str]) -> None:
    fault = outgoing.fault(url)
    if fault:
        raise InvalidInput({"url": [fault]})
    if not topics:
        raise InvalidInput({"topics": [_("Choose its topics.")]})
    if not {topic.name for topic in known_topics()}.issuperset(topics):
        raise InvalidInput({"topics": [_("There is no such event.")]})


def _record(
    endpoint: Endpoint,
    act: str,
    actor: User | None,
    *,
    before: str = "",
    after: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> None:
    EndpointEvent.objects.create(
        endpoint=endpoint,
        action=act,
        from_status=before,
        to_status=after,
        evidence=dict(evidence or {}),
        **actor_fields(actor),
    )

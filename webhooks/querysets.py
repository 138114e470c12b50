from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from core.models import Site
from webhooks.states import DeliveryStatus, EndpointStatus

if TYPE_CHECKING:
    from webhooks.models import Delivery, Endpoint, Message


# Not PAUSED: an administrator who pauses an endpoint chooses to miss the events of that time.
_TOLD = (EndpointStatus.ACTIVE, EndpointStatus.DISABLED)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def of_site(self, site: Site) -> "models.QuerySet[Endpoint]":
        return self.filter(site=site).exclude(status=EndpointStatus.REMOVED).order_by("id")

    def subscribed_to(self, site_id: int, topic: str) -> "models.QuerySet[Endpoint]":
        """One that was switched off after failures misses nothing for good: it can be replayed."""
        return self.filter(site=site_id, topics__contains=[topic], status__in=_TOLD)

    def subscribed_topics(self) -> frozenset[str]:
        """Those that some endpoint of some publication has chosen."""
        chosen = self.filter(status__in=_TOLD).values_list("topics", flat=True)
        return frozenset(topic for topics in chosen for topic in topics)


class MessageQuerySet(models.QuerySet["Message"]):
    def before(self, moment: datetime) -> "models.QuerySet[Message]":
        return self.filter(created_at__lt=moment)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """An endpoint that has just failed is left alone until its rest is over."""
        rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
        waiting = self.filter(status=DeliveryStatus.WAITING, next_at__lte=now)
        return waiting.filter(rested, endpoint__status=EndpointStatus.ACTIVE)

    def failed_since(self, endpoint: "Endpoint", since: datetime) -> "DeliveryQuerySet":
        return self.filter(
            endpoint=endpoint, status=DeliveryStatus.FAILED, message__created_at__gte=since
        )

    def of_endpoint(self, endpoint: "Endpoint", status: str = "") -> "models.QuerySet[Delivery]":
        deliveries = self.filter(endpoint=endpoint).select_related("message")
        return deliveries.filter(status=status) if status else deliveries

from accounts.models import User
from accounts.permissions import Permission, Person, require
from core.errors import NotFound
from core.models import Site
from webhooks.models import Delivery, Endpoint
from webhooks.states import EndpointStatus


def access_webhooks(person: Person, site: Site) -> User:
    return require(person, Permission.ADMINISTER, site)


def access_endpoint(person: Person, endpoint_id: int, site: Site) -> tuple[Endpoint, User]:
    """Load an endpoint of this site; those of other sites raise NotFound."""
    actor = access_webhooks(person, site)
    endpoints = Endpoint.objects.filter(pk=endpoint_id, site=site).exclude(
        status=EndpointStatus.REMOVED
    )
    endpoint = endpoints.select_related("site").first()
    if endpoint is None:
        raise NotFound
    return endpoint, actor


def access_delivery(person: Person, delivery_id: int, site: Site) -> tuple[Delivery, User]:
    actor = access_webhooks(person, site)
    deliveries = Delivery.objects.filter(pk=delivery_id, endpoint__site=site)
    delivery = deliveries.select_related("message", "endpoint__site").first()
    if delivery is None or delivery.endpoint.status == EndpointStatus.REMOVED:
        raise NotFound
    return delivery, actor

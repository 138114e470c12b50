"""For a publication's administrators, and for programs that act in their name."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.requests import site_of, validated
from core.paging import page
from webhooks import actions
from webhooks.api.serializers import (
    DeliveriesPageSerializer,
    DeliveryDetailSerializer,
    DeliverySerializer,
    EndpointChangeSerializer,
    EndpointSerializer,
    EndpointStatusSerializer,
    EndpointWithSecretSerializer,
    ReplayedSerializer,
    ReplaySerializer,
    TopicSerializer,
)
from webhooks.models import Delivery, Endpoint
from webhooks.permissions import access_delivery, access_endpoint, access_webhooks
from webhooks.states import DeliveryStatus, EndpointStatus
from webhooks.topics import topics

_SIZE = 50


class WebhooksView(APIView):
    permission_classes = [AllowAny]  # the loaders authorise, and tell 401 from 403


class TopicsView(WebhooksView):
    @extend_schema(responses={200: TopicSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """List the topics that an endpoint can subscribe to."""
        access_webhooks(request.user, site_of(request))
        return Response(TopicSerializer(topics(), many=True).data)


class EndpointsView(WebhooksView):
    @extend_schema(operation_id="webhook_endpoints", responses={200: EndpointSerializer(many=True)})
    def get(self, request: Request) -> Response:
        site = site_of(request)
        access_webhooks(request.user, site)
        return Response(EndpointSerializer(Endpoint.objects.of_site(site), many=True).data)

    @extend_schema(request=EndpointChangeSerializer, responses={201: EndpointWithSecretSerializer})
    def post(self, request: Request) -> Response:
        site = site_of(request)
        actor = access_webhooks(request.user, site)
        data = validated(EndpointChangeSerializer, request)
        endpoint = actions.add_endpoint(site=site, actor=actor, **data)
        return Response(EndpointWithSecretSerializer(endpoint).data, status=201)


class EndpointView(WebhooksView):
    @extend_schema(operation_id="webhook_endpoint", responses={200: EndpointSerializer})
    def get(self, request: Request, endpoint_id: int) -> Response:
        endpoint, _actor = access_endpoint(request.user, endpoint_id, site_of(request))
        return Response(EndpointSerializer(endpoint).data)

    @extend_schema(request=EndpointChangeSerializer, responses={200: EndpointSerializer})
    def put(self, request: Request, endpoint_id: int) -> Response:
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        data = validated(EndpointChangeSerializer, request)
        endpoint = actions.change_endpoint(endpoint=endpoint, actor=actor, **data)
        return Response(EndpointSerializer(endpoint).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, endpoint_id: int) -> Response:
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        actions.remove_endpoint(endpoint=endpoint, actor=actor)
        return Response(status=204)


class EndpointStatusView(WebhooksView):
    @extend_schema(request=EndpointStatusSerializer, responses={200: EndpointSerializer})
    def put(self, request: Request, endpoint_id: int) -> Response:
        """Pause it, or switch it on again, also after failures."""
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        data = validated(EndpointStatusSerializer, request)
        if data["status"] == EndpointStatus.ACTIVE:
            endpoint = actions.resume_endpoint(endpoint=endpoint, actor=actor)
        else:
            endpoint = actions.pause_endpoint(endpoint=endpoint, actor=actor)
        return Response(EndpointSerializer(endpoint).data)


class SecretView(WebhooksView):
    @extend_schema(request=None, responses={200: EndpointWithSecretSerializer})
    def post(self, request: Request, endpoint_id: int) -> Response:
        """A new secret; for 24 hours messages are signed with the former one as well."""
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        endpoint = actions.rotate_secret(endpoint=endpoint, actor=actor)
        return Response(EndpointWithSecretSerializer(endpoint).data)


class TestView(WebhooksView):
    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Send a message of the topic `webhook.test`."""
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        delivery = actions.send_test(endpoint=endpoint, actor=actor)
        return Response(DeliverySerializer(delivery).data, status=202)


class ReplayFailedView(WebhooksView):
    @extend_schema(request=ReplaySerializer, responses={202: ReplayedSerializer})
    def post(self, request: Request, endpoint_id: int) -> Response:
        """Send again all that failed of what has happened `since`."""
        endpoint, actor = access_endpoint(request.user, endpoint_id, site_of(request))
        since = validated(ReplaySerializer, request)["since"]
        count = actions.replay_failed(endpoint=endpoint, actor=actor, since=since)
        return Response(ReplayedSerializer({"count": count}).data, status=202)


class DeliveriesView(WebhooksView):
    @extend_schema(
        operation_id="webhook_deliveries",
        parameters=[
            OpenApiParameter("status", enum=DeliveryStatus.values),
            OpenApiParameter("cursor", description="`next_cursor` of the page before."),
        ],
        responses={200: DeliveriesPageSerializer},
    )
    def get(self, request: Request, endpoint_id: int) -> Response:
        """Newest first; kept for 30 days."""
        endpoint, _actor = access_endpoint(request.user, endpoint_id, site_of(request))
        status_name = request.query_params.get("status", "")
        deliveries_page = page(
            Delivery.objects.of_endpoint(
                # An unknown status shows all, as on the page.
                endpoint,
                status_name if status_name in set(DeliveryStatus) else "",
            ),
            order=["-id"],
            cursor=request.query_params.get("cursor", ""),
            size=_SIZE,
        )
        shown = {"deliveries": deliveries_page.items, "next_cursor": deliveries_page.next_cursor}
        return Response(DeliveriesPageSerializer(shown).data)


class DeliveryView(WebhooksView):
    @extend_schema(operation_id="webhook_delivery", responses={200: DeliveryDetailSerializer})
    def get(self, request: Request, delivery_id: int) -> Response:
        delivery, _actor = access_delivery(request.user, delivery_id, site_of(request))
        return Response(DeliveryDetailSerializer(delivery).data)


class ReplayView(WebhooksView):
    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, delivery_id: int) -> Response:
        """Send a delivery again under the same message id, regardless of its status."""
        delivery, actor = access_delivery(request.user, delivery_id, site_of(request))
        delivery = actions.replay_delivery(delivery=delivery, actor=actor)
        return Response(DeliverySerializer(delivery).data, status=202)

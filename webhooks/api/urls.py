from django.urls import path

from webhooks.api import views

_ENDPOINT = "webhooks/endpoints/<int:endpoint_id>/"

urlpatterns = [
    path("webhooks/topics/", views.TopicsView.as_view(), name="api-webhook-topics"),
    path("webhooks/endpoints/", views.EndpointsView.as_view(), name="api-webhook-endpoints"),
    path(_ENDPOINT, views.EndpointView.as_view(), name="api-webhook-endpoint"),
    path(f"{_ENDPOINT}status/", views.EndpointStatusView.as_view(), name="api-webhook-status"),
    path(f"{_ENDPOINT}secret/", views.SecretView.as_view(), name="api-webhook-secret"),
    path(f"{_ENDPOINT}test/", views.TestView.as_view(), name="api-webhook-test"),
    path(f"{_ENDPOINT}replay/", views.ReplayFailedView.as_view(), name="api-webhook-replay-failed"),
    path(f"{_ENDPOINT}deliveries/", views.DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path(
        "webhooks/deliveries/<int:delivery_id>/",
        views.DeliveryView.as_view(),
        name="api-webhook-delivery",
    ),
    path(
        "webhooks/deliveries/<int:delivery_id>/replay/",
        views.ReplayView.as_view(),
        name="api-webhook-replay",
    ),
]

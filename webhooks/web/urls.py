from django.urls import path

from webhooks.web import views

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", views.endpoints, name="endpoints"),
    path("webhooks/<int:endpoint_id>/", views.endpoint, name="endpoint"),
    path("webhooks/<int:endpoint_id>/change/", views.change, name="change"),
    path("webhooks/<int:endpoint_id>/secret/", views.rotate_secret, name="rotate-secret"),
    path("webhooks/<int:endpoint_id>/pause/", views.pause, name="pause"),
    path("webhooks/<int:endpoint_id>/resume/", views.resume, name="resume"),
    path("webhooks/<int:endpoint_id>/remove/", views.remove, name="remove"),
    path("webhooks/<int:endpoint_id>/test/", views.test, name="test"),
    path("webhooks/<int:endpoint_id>/replay/", views.replay_failed, name="replay-failed"),
    path("webhooks/deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("webhooks/deliveries/<int:delivery_id>/replay/", views.replay, name="replay"),
]

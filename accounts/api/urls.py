from django.urls import path

from accounts.api import sanctions, views

urlpatterns = [
    path("access/", views.AccessView.as_view(), name="api-access"),
    path(
        "moderation/sanctions/<int:sanction_id>/lifting/",
        sanctions.LiftingView.as_view(),
        name="api-sanction-lifting",
    ),
]

from django.urls import path

from accounts.api import views

urlpatterns = [
    path("access/", views.AccessView.as_view(), name="api-access"),
]

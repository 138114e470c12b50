from django.urls import path

from accounts.web import entrance

app_name = "accounts"
urlpatterns = [
    # In front of allauth's pages of the same address.
    path("signup/", entrance.SignupView.as_view(), name="signup"),
    path("confirm-email/", entrance.ConfirmEmailView.as_view(), name="confirm-email"),
]

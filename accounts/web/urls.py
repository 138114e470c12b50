from django.urls import path

from accounts.web import entrance, hints

app_name = "accounts"
urlpatterns = [
    # In front of allauth's pages of the same address.
    path("signup/", entrance.SignupView.as_view(), name="signup"),
    path("confirm-email/", entrance.ConfirmEmailView.as_view(), name="confirm-email"),
    path("address-hint/", hints.address_hint, name="address-hint"),
]

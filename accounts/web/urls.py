from django.urls import path

from accounts.web import (
    consents,
    email_undo,
    entrance,
    hints,
    other_sites,
    profile,
    reauthentication,
    reset_link,
    signon,
    staff,
)

app_name = "accounts"
urlpatterns = [
    # In front of allauth's pages of the same address.
    path("signup/", entrance.SignupView.as_view(), name="signup"),
    path("3rdparty/signup/", entrance.SocialSignupView.as_view(), name="social-signup"),
    path("password/reset/", entrance.PasswordResetView.as_view(), name="password-reset"),
    path("confirm-email/", entrance.ConfirmEmailView.as_view(), name="confirm-email"),
    path("login/code/confirm/", entrance.ConfirmLoginCodeView.as_view(), name="confirm-login-code"),
    path("address-hint/", hints.address_hint, name="address-hint"),
    path("reauthenticate/again/", reauthentication.sign_in_again, name="sign-in-again"),
    path("password/set/", reauthentication.set_password, name="set-password"),
    path("email/undo/", email_undo.undo_change, name="undo-email-change"),
    path("password/link/", reset_link.reset_link, name="reset-link"),
    path("profile/", profile.profile, name="profile"),
    path("history/", profile.history, name="history"),
    path("sessions/", profile.SessionsView.as_view(), name="sessions"),
    path("sessions/<int:session_id>/end/", profile.end_one_session, name="end-session"),
    path("data/", profile.own_data, name="own-data"),
    path("data/export/", profile.ask_for_export, name="ask-for-export"),
    path("data/export/<int:export_id>/", profile.download_export, name="download-export"),
    path("data/erasure/", profile.ask_for_erasure, name="ask-for-erasure"),
    path("data/erasure/withdrawal/", profile.take_erasure_back, name="take-erasure-back"),
    path("sign-on/", signon.sign_on, name="sign-on"),
    path("sign-on/new/", signon.sign_on_new, name="sign-on-new"),
    path("sign-on/tie/", signon.sign_on_tie, name="sign-on-tie"),
    path("other-sites/", other_sites.other_sites, name="other-sites"),
    path("staff/", staff.staff, name="staff"),
    path("staff/<int:role_id>/end/", staff.end_role, name="end-role"),
    path("consents/", consents.consents, name="consents"),
    path("consents/new/", consents.new_consents, name="new-consents"),
    path("consents/<int:text_id>/", consents.consent_text, name="consent-text"),
]

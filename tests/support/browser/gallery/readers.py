"""Pages for everybody, and those of a reader."""

from demo.articles import ARTICLES

from . import acts
from .shots import Shot

ARTICLE = f"/articles/{ARTICLES[0].slug}/"

EVERYBODY = [
    Shot("front", "/"),
    Shot("article", ARTICLE, acts.loaded),
    Shot("article-further-actions", ARTICLE, acts.further),
    Shot("article-without-scripts", ARTICLE, is_plain=True),
    Shot("article-empty", f"/articles/{ARTICLES[1].slug}/", acts.loaded),
    Shot("thread", f"/threads/?site=vesti&key={ARTICLES[0].key}"),
    Shot("rules", "/rules/"),
    Shot("not-found", "/none/"),
    Shot("widget", lambda here: here.home, acts.loaded),
    Shot("widget-rules", lambda here: here.home, acts.press(".note button >> nth=0")),
    Shot("widget-complaint", lambda here: here.home, acts.press(".note button >> nth=-1")),
    Shot("complaint", "/complaints/"),
    Shot("complaint-refused", "/complaints/", acts.sent_empty),
    Shot("sign-in-window", lambda here: f"/threads/sign-in/?site=vesti&origin={here.home}"),
    Shot("login", "/accounts/login/"),
    Shot("login-refused", "/accounts/login/", acts.wrong_password),
    Shot("login-code", "/accounts/login/code/"),
    Shot("login-code-sent", "/accounts/login/code/", acts.code_by_email),
    Shot("login-second-step", "/accounts/login/", acts.second_step),
    Shot("signup", "/accounts/signup/"),
    Shot("signup-refused", "/accounts/signup/", acts.sent_empty),
    Shot("signup-code", "/accounts/signup/", acts.signing_up),
    Shot("password-reset", "/accounts/password/reset/"),
    Shot("password-reset-sent", "/accounts/password/reset/", acts.code_by_email),
    Shot("inactive", "/accounts/inactive/"),
    Shot("provider-error", "/accounts/3rdparty/login/error/"),
    Shot("provider-cancelled", "/accounts/3rdparty/login/cancelled/"),
    Shot("consent-text", "/accounts/consents/1/"),
    Shot("mailbox", "/demo/mail/"),
    Shot("demo-email", lambda here: f"/demo/mail/{here.email}/"),
]

READING = [
    Shot("article", ARTICLE, acts.loaded),
    Shot("menu", "/", acts.menu),
    Shot("answering", ARTICLE, acts.answering),
    Shot("reporting", ARTICLE, acts.reporting),
    Shot("editing", ARTICLE, acts.editing),
    Shot("withdrawing", ARTICLE, acts.withdrawing),
    Shot("too-long", ARTICLE, acts.too_long),
    Shot("comment-or-complaint", ARTICLE, acts.complaining),
    Shot("bell", ARTICLE, acts.press("button.bell")),
    Shot("without-scripts", ARTICLE, is_plain=True),
    Shot(
        "reply-without-scripts",
        lambda here: f"{ARTICLE}?reply={here.published.pk}#composer",
        is_plain=True,
    ),
    Shot("refused-without-scripts", ARTICLE, acts.refused, is_plain=True),
    Shot("offered-without-scripts", ARTICLE, acts.offered, is_plain=True),
    Shot("report", lambda here: f"/threads/comments/{here.published.pk}/report/"),
    Shot("reports", "/reports/"),
    Shot("comments", "/threads/mine/"),
    Shot("complaint", "/complaints/"),
    Shot("complaints", "/complaints/mine/"),
    Shot("notifications", "/notifications/"),
    Shot("notification-settings", "/notifications/settings/"),
    Shot("muted", "/muted/"),
    Shot("edit", lambda here: f"/threads/comments/{here.own_held.pk}/edit/"),
    Shot("withdraw", lambda here: f"/threads/comments/{here.own_held.pk}/withdraw/"),
    Shot("appeal-made", lambda here: f"/threads/comments/{here.removed.pk}/appeal/"),
    Shot("signed-in", lambda here: f"/threads/sign-in/?site=vesti&origin={here.home}"),
    Shot("no-right", "/desk/"),
]

ACCOUNT = [
    Shot("profile", "/accounts/profile/"),
    Shot("email", "/accounts/email/"),
    Shot("password", "/accounts/password/change/"),
    Shot("password-refused", "/accounts/password/change/", acts.sent_empty),
    Shot("two-step", "/accounts/2fa/"),
    Shot("two-step-app", "/accounts/2fa/totp/activate/"),
    Shot("passkey", "/accounts/2fa/webauthn/add/"),
    Shot("passkeys", "/accounts/2fa/webauthn/"),
    Shot("connections", "/accounts/3rdparty/"),
    Shot("sessions", "/accounts/sessions/"),
    Shot("other-sites", "/accounts/other-sites/"),
    Shot("history", "/accounts/history/"),
    Shot("consents", "/accounts/consents/"),
    Shot("data", "/accounts/data/"),
    Shot("logout", "/accounts/logout/"),
    Shot("comments", "/threads/mine/"),
    Shot("notifications-new", "/notifications/"),
    Shot("no-reports", "/reports/"),
    Shot("no-complaints", "/complaints/mine/"),
    Shot("no-muted", "/muted/"),
]

GUARDED = [
    Shot("two-step", "/accounts/2fa/"),
    Shot("two-step-off", "/accounts/2fa/totp/deactivate/"),
    Shot("recovery-codes", "/accounts/2fa/recovery-codes/"),
    Shot("recovery-codes-new", "/accounts/2fa/recovery-codes/generate/"),
    Shot("no-comments", "/threads/mine/"),
    Shot("no-notifications", "/notifications/"),
    Shot("data-failed", "/accounts/data/"),
    Shot("again", "/accounts/reauthenticate/"),
    Shot("again-second-step", "/accounts/2fa/reauthenticate/"),
]

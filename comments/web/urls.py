from django.urls import include, path

from comments.web import (
    appeals,
    comment_pages,
    complaints,
    embedding,
    feeds,
    notifications,
    reports,
)

app_name = "comments"
urlpatterns = [
    path("rules/", embedding.rules, name="rules"),
    path("threads/", comment_pages.thread, name="thread"),
    path("threads/feed/", feeds.feed, name="feed"),
    path("threads/html/", embedding.html, name="html"),
    path("threads/sign-in/", embedding.sign_in, name="sign-in"),
    path("threads/comments/", comment_pages.post, name="post"),
    path("threads/comments/<int:comment_id>/", comment_pages.permalink, name="permalink"),
    path("threads/comments/<int:comment_id>/edit/", comment_pages.edit, name="edit"),
    path("threads/comments/<int:comment_id>/withdraw/", comment_pages.withdraw, name="withdraw"),
    path("threads/comments/<int:comment_id>/report/", reports.report, name="report"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read, name="notifications-read"),
    path("notifications/settings/", notifications.settings, name="notification-settings"),
    path("notifications/unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("muted/", notifications.muted, name="muted"),
    path("muted/<int:person_id>/end/", notifications.unmute, name="unmute"),
    path("threads/comments/<int:comment_id>/appeal/", appeals.appeal, name="appeal"),
    path("threads/mine/", appeals.own_comments_page, name="own-comments"),
    path("complaints/", complaints.complaint, name="complaint"),
    path("complaints/begin/", complaints.begin, name="begin-complaint"),
    path("complaints/mine/", complaints.own_complaints, name="own-complaints"),
    path("complaints/sent/<str:token>/", complaints.sent, name="complaint-sent"),
    path("reports/", reports.own_reports_page, name="own-reports"),
    path("desk/", include("comments.web.desk.urls")),
]

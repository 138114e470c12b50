from django.urls import path

from comments.web import desk, embedding, readers, reports

app_name = "comments"
urlpatterns = [
    path("rules/", embedding.rules, name="rules"),
    path("threads/", readers.thread, name="thread"),
    path("threads/html/", embedding.html, name="html"),
    path("threads/sign-in/", embedding.sign_in, name="sign-in"),
    path("threads/comments/", readers.post, name="post"),
    path("threads/comments/<int:comment_id>/", readers.permalink, name="permalink"),
    path("threads/comments/<int:comment_id>/edit/", readers.edit, name="edit"),
    path("threads/comments/<int:comment_id>/withdraw/", readers.withdraw, name="withdraw"),
    path("threads/comments/<int:comment_id>/report/", reports.report, name="report"),
    path("reports/", reports.mine, name="own-reports"),
    path("desk/", desk.desk, name="desk"),
    path("desk/comments/<int:comment_id>/", desk.comment, name="desk-comment"),
    path("desk/people/<int:user_id>/", desk.person, name="desk-person"),
    path("desk/comments/<int:comment_id>/undo/", desk.undo, name="undo"),
    path("desk/comments/<int:comment_id>/claim/", desk.claim, name="claim"),
    path("desk/comments/<int:comment_id>/decision/", desk.decide, name="decide"),
]

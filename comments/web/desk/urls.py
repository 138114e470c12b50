from django.urls import path

from comments.web.desk import bulk, comments, people, queue, words

_LIST = "words/lists/<slug:name>/"

urlpatterns = [
    path("", queue.queue, name="desk"),
    path("pulse/", queue.pulse, name="desk-pulse"),
    path("comments/<int:comment_id>/", comments.comment, name="desk-comment"),
    path("comments/<int:comment_id>/context/", comments.context, name="desk-context"),
    path("comments/<int:comment_id>/decision/", comments.decide, name="decide"),
    path("comments/<int:comment_id>/undo/", comments.undo, name="undo"),
    path("comments/<int:comment_id>/claim/", comments.claim, name="claim"),
    path("people/<int:user_id>/", people.person, name="desk-person"),
    path("bulk/", bulk.bulk, name="desk-bulk"),
    path("bulk/<int:batch_id>/", bulk.batch, name="desk-batch"),
    path("bulk/<int:batch_id>/undo/", bulk.undo, name="desk-batch-undo"),
    path("words/", words.word_lists, name="desk-words"),
    path("words/trial/", words.trial, name="desk-trial"),
    path("words/new/", words.new_list, name="desk-words-new"),
    path(_LIST, words.word_list, name="desk-word-list"),
    path(f"{_LIST}dry-runs/", words.start, name="desk-dry-runs"),
    path(f"{_LIST}dry-runs/<int:dry_run_id>/", words.dry_run, name="desk-dry-run"),
    path(f"{_LIST}versions/<int:number>/", words.version, name="desk-words-version"),
]

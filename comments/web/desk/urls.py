from django.urls import path

from comments.web.desk import bulk, comments, numbers, people, queue, rulebook, threads, words

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
    path("numbers/", numbers.numbers, name="desk-numbers"),
    path("numbers/<slug:name>.csv", numbers.sheet, name="desk-sheet"),
    path("threads/", threads.threads, name="desk-threads"),
    path("threads/<int:thread_id>/", threads.thread, name="desk-thread"),
    path("threads/<int:thread_id>/closing/", threads.close, name="desk-thread-close"),
    path("threads/<int:thread_id>/reopening/", threads.reopen, name="desk-thread-reopen"),
    path("rulebook/", rulebook.rulebook, name="desk-rulebook"),
    path("rulebook/draft/", rulebook.draft, name="desk-rulebook-draft"),
    path("rulebook/draft/comparison/", rulebook.comparison, name="desk-rulebook-comparison"),
    path("rulebook/draft/publication/", rulebook.publish, name="desk-rulebook-publish"),
    path("rulebook/draft/discarding/", rulebook.discard, name="desk-rulebook-discard"),
    path("rulebook/versions/<int:number>/", rulebook.version, name="desk-rulebook-version"),
    path("words/", words.word_lists, name="desk-words"),
    path("words/trial/", words.trial, name="desk-trial"),
    path("words/new/", words.new_list, name="desk-words-new"),
    path(_LIST, words.word_list, name="desk-word-list"),
    path(f"{_LIST}dry-runs/", words.start, name="desk-dry-runs"),
    path(f"{_LIST}dry-runs/<int:dry_run_id>/", words.dry_run, name="desk-dry-run"),
    path(f"{_LIST}versions/<int:number>/", words.version, name="desk-words-version"),
]

"""Pages of the desk, full and empty."""

from . import acts
from .shots import Shot

LIST = "/desk/words/lists/suspect-ru/"

DESK = [
    Shot("held", "/desk/", acts.beside),
    Shot("rules-open", "/desk/", acts.rules_open),
    Shot("chosen", "/desk/", acts.chosen),
    Shot("keys", "/desk/", acts.keys),
    Shot("reported", "/desk/?queue=reported"),
    Shot("published", "/desk/?queue=published"),
    Shot("removed", "/desk/?queue=removed"),
    Shot("newest", "/desk/?queue=newest"),
    Shot("search", "/desk/?queue=newest&words=завод"),
    Shot("search-nothing", "/desk/?words=нетничего"),
    Shot("search-refused", "/desk/?since=вчера"),
    Shot("comment", lambda here: f"/desk/comments/{here.held.pk}/"),
    Shot("comment-removed", lambda here: f"/desk/comments/{here.removed.pk}/"),
    Shot("person", lambda here: f"/desk/people/{here.author.pk}/"),
    Shot("person-new", lambda here: f"/desk/people/{here.guarded.pk}/"),
    Shot(
        "bulk",
        lambda here: f"/desk/bulk-decisions/?comment={here.held.pk}&comment={here.own_held.pk}",
    ),
    Shot(
        "bulk-of-person",
        lambda here: f"/desk/bulk-decisions/?person={here.author.pk}&since=2024-01-01",
    ),
    Shot("bulk-nothing", "/desk/bulk-decisions/"),
    Shot("bulk_decision", lambda here: f"/desk/bulk-decisions/{here.bulk_decision.pk}/"),
    Shot(
        "bulk_decision-failed",
        lambda here: f"/desk/bulk-decisions/{here.failed_bulk_decision.pk}/",
    ),
    Shot("threads", "/desk/threads/"),
    Shot("threads-nothing", "/desk/threads/?q=нетничего"),
    Shot("thread", lambda here: f"/desk/threads/{here.published.thread_id}/"),
    Shot("rulebook", "/desk/rulebook/"),
    Shot("rulebook-draft", "/desk/rulebook/draft/"),
    Shot("rulebook-comparison", "/desk/rulebook/draft/comparison/"),
    Shot("rulebook-inline", "/desk/rulebook/draft/comparison/?view=inline"),
    Shot(
        "rulebook-publishing",
        "/desk/rulebook/draft/comparison/",
        acts.asked_first("form[action$=publication\\/] button"),
    ),
    Shot("rulebook-version", "/desk/rulebook/versions/1/"),
    Shot("words", "/desk/words/"),
    Shot("words-new", "/desk/words/new/"),
    Shot("words-new-refused", "/desk/words/new/", acts.sent_empty),
    Shot("word-list", LIST),
    Shot("word-list-tried", LIST, acts.tried),
    Shot("word-list-version", f"{LIST}versions/1/"),
    Shot("dry-run", lambda here: f"{LIST}dry-runs/{here.dry_run.pk}/"),
    Shot("dry-run-failed", lambda here: f"{LIST}dry-runs/{here.failed_dry_run.pk}/"),
    Shot("sanctions", "/desk/sanctions/"),
    Shot("complaints", "/desk/complaints/"),
    Shot("complaint", lambda here: f"/desk/complaints/{here.complaint.pk}/"),
    Shot("appeals", "/desk/appeals/"),
    Shot("appeals-declined", "/desk/appeals/?status=declined"),
    Shot("appeal", lambda here: f"/desk/appeals/{here.appeal.pk}/"),
    Shot("numbers", "/desk/numbers/"),
    Shot("numbers-nothing", "/desk/numbers/?since=2024-05-01&until=2024-05-02"),
    Shot("numbers-refused", "/desk/numbers/?since=2026-05-02&until=2026-05-01"),
]

from django.urls import path

from comments.api import (
    appeals,
    comments,
    complaints,
    moderation,
    mutes,
    notifications,
    reports,
    rulebook,
    sanctions,
    sites,
    threads,
    word_lists,
)

_THREAD = "sites/<slug:site>/threads/<path:key>/"

urlpatterns = [
    path(f"{_THREAD}comments/", threads.ThreadCommentsView.as_view(), name="api-thread-comments"),
    path(
        # A text: of another one than a number, Django would take the whole rest for a key.
        f"{_THREAD}comments/<str:root_id>/replies/",
        threads.RepliesView.as_view(),
        name="api-replies",
    ),
    path(f"{_THREAD}people/", notifications.SuggestionsView.as_view(), name="api-people"),
    path(f"{_THREAD}viewer/", threads.ViewerView.as_view(), name="api-viewer"),
    path(_THREAD, threads.ThreadView.as_view(), name="api-thread"),
    path("sites/<slug:site>/counts/", threads.CountsView.as_view(), name="api-counts"),
    path("sites/<slug:site>/rules/", rulebook.RulesView.as_view(), name="api-rules"),
    path("comments/<int:comment_id>/", comments.CommentView.as_view(), name="api-comment"),
    path("sites/<slug:site>/", sites.SiteView.as_view(), name="api-site"),
    path(
        "sites/<slug:site>/comments/preview/",
        comments.PreviewView.as_view(),
        name="api-comment-preview",
    ),
    path("sites/<slug:site>/sign-in/", sites.SignInView.as_view(), name="api-sign-in"),
    path("comments/<int:comment_id>/own/", comments.OwnCommentView.as_view(), name="api-own"),
    path(
        "comments/<int:comment_id>/reaction/", comments.ReactionView.as_view(), name="api-reaction"
    ),
    path("comments/<int:comment_id>/reports/", reports.ReportsView.as_view(), name="api-reports"),
    path("notifications/", notifications.NotificationsView.as_view(), name="api-notifications"),
    path(
        "notifications/read/",
        notifications.NotificationsReadView.as_view(),
        name="api-notifications-read",
    ),
    path(
        "notifications/emails/",
        notifications.EmailFrequenciesView.as_view(),
        name="api-notification-emails",
    ),
    path("mutes/", mutes.MutesView.as_view(), name="api-mutes"),
    path("mutes/<int:person_id>/", mutes.MuteView.as_view(), name="api-mute"),
    path("comments/<int:comment_id>/appeals/", appeals.AppealsView.as_view(), name="api-appeals"),
    path(
        "sites/<slug:site>/complaints/", complaints.ComplaintsView.as_view(), name="api-complaints"
    ),
    path("moderation/appeals/", appeals.AppealQueueView.as_view(), name="api-appeal-queue"),
    path(
        "moderation/appeals/<int:appeal_id>/decision/",
        appeals.AppealDecisionView.as_view(),
        name="api-appeal-decision",
    ),
    path(
        "sites/<slug:site>/complaints/check/",
        complaints.CheckView.as_view(),
        name="api-complaint-check",
    ),
    path(
        "moderation/complaints/",
        complaints.ComplaintQueueView.as_view(),
        name="api-complaint-queue",
    ),
    path(
        "moderation/complaints/<int:complaint_id>/",
        complaints.ComplaintView.as_view(),
        name="api-complaint",
    ),
    path(
        "moderation/complaints/<int:complaint_id>/resending/",
        complaints.ResendingView.as_view(),
        name="api-complaint-resending",
    ),
    path(
        "moderation/comments/<int:comment_id>/sanctions/",
        sanctions.AuthorSanctionsView.as_view(),
        name="api-author-sanctions",
    ),
    path(
        "moderation/users/<int:user_id>/sanctions/",
        sanctions.PersonSanctionsView.as_view(),
        name="api-person-sanctions",
    ),
    path("moderation/sanctions/", sanctions.WideSanctionsView.as_view(), name="api-wide-sanctions"),
    path("reports/", reports.OwnReportsView.as_view(), name="api-own-reports"),
    path("moderation/queue/", moderation.QueueView.as_view(), name="api-queue"),
    path(
        "moderation/comments/<int:comment_id>/decisions/",
        moderation.DecisionsView.as_view(),
        name="api-decisions",
    ),
    path(
        "moderation/comments/<int:comment_id>/claim/",
        moderation.ClaimView.as_view(),
        name="api-claim",
    ),
    path(
        "moderation/bulk-decisions/",
        moderation.BulkDecisionsView.as_view(),
        name="api-bulk-decisions",
    ),
    path(
        "moderation/bulk-decisions/preview/",
        moderation.BulkDecisionPreviewView.as_view(),
        name="api-bulk-decision-preview",
    ),
    path(
        "moderation/bulk-decisions/<int:bulk_decision_id>/",
        moderation.BulkDecisionView.as_view(),
        name="api-bulk-decision",
    ),
    path(
        "moderation/bulk-decisions/<int:bulk_decision_id>/undo/",
        moderation.BulkDecisionUndoView.as_view(),
        name="api-bulk-decision-undo",
    ),
    path(
        "moderation/bulk-decisions/<int:bulk_decision_id>/resume/",
        moderation.BulkDecisionResumeView.as_view(),
        name="api-bulk-decision-resume",
    ),
    path(
        "moderation/comments/<int:comment_id>/history/",
        moderation.HistoryView.as_view(),
        name="api-history",
    ),
    path("moderation/rulebook/draft/", rulebook.DraftView.as_view(), name="api-draft"),
    path(
        "moderation/rulebook/publication/",
        rulebook.PublicationView.as_view(),
        name="api-publication",
    ),
    path("moderation/word-lists/trial/", word_lists.TrialView.as_view(), name="api-trial"),
    path("moderation/dry-runs/", word_lists.DryRunsView.as_view(), name="api-dry-runs"),
    path(
        "moderation/dry-runs/<int:dry_run_id>/", word_lists.DryRunView.as_view(), name="api-dry-run"
    ),
]

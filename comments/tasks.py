from uuid import UUID

from celery import shared_task
from django.utils import timezone

from comments.house_rules import dry_runs
from comments.models import Notification
from comments.moderation import bulk, complaints, external_client, sanctions
from comments.moderation.external_review import publish_due_reviews
from comments.notifications import actions
from comments.privacy import erasure
from comments.upkeep import counters, retention


@shared_task
def run_bulk_decision_chunk(bulk_decision_id: int) -> None:
    bulk.run_next_chunk(bulk_decision_id=bulk_decision_id)


@shared_task
def run_dry_run_chunk(dry_run_id: int) -> None:
    dry_runs.run_next_chunk(dry_run_id=dry_run_id)


@shared_task
def record_bulk_decision_failure(bulk_decision_id: int) -> None:
    bulk.record_failure(bulk_decision_id=bulk_decision_id)


@shared_task
def record_dry_run_failure(dry_run_id: int) -> None:
    dry_runs.record_failure(dry_run_id=dry_run_id)


@shared_task
def request_external_review(review_id: int) -> None:
    external_client.request_review(review_id)


@shared_task
def request_due_external_reviews() -> None:
    publish_due_reviews()


@shared_task
def reconcile_counters() -> None:
    counters.reconcile()


@shared_task
def prune_rejected_texts() -> None:
    retention.prune_rejected_texts()


@shared_task
def notify_of_comment(comment_id: int) -> None:
    actions.notify_of_comment(comment_id=comment_id)


@shared_task
def notify_of_decision(comment_id: int, event_id: int) -> None:
    """A comment that a decision has published tells those whom it answers and names, too."""
    actions.notify_of_decision(event_id=event_id)
    actions.notify_of_comment(comment_id=comment_id)


@shared_task
def mail_notifications(person_id: int, site_id: int) -> None:
    actions.queue_email(person_id=person_id, site_id=site_id)


@shared_task
def record_notifications_mailed(claim: str) -> None:
    actions.record_mailed(claim=UUID(claim))


@shared_task
def mail_due_notifications() -> None:
    """Digests whose hour has come, and what a lost worker left."""
    due = Notification.objects.due(timezone.now()).values_list("person_id", "comment__site_id")
    for person_id, site_id in due.order_by().distinct():
        mail_notifications.delay(person_id, site_id)


@shared_task
def prune_notifications() -> None:
    retention.prune_notifications()


@shared_task
def record_complaint_sent(complaint_id: int) -> None:
    complaints.record_sent(complaint_id=complaint_id)


@shared_task
def record_complaint_failure(complaint_id: int, reason: str, is_final: bool) -> None:  # noqa: ARG001  # the names of the event's payload
    complaints.record_failure(complaint_id=complaint_id, reason=reason)


@shared_task
def resend_complaints() -> None:
    complaints.resend_waiting()


@shared_task
def email_sanctioned_user(sanction_id: int, by_email: bool) -> None:
    sanctions.email_sanctioned_user(sanction_id=sanction_id, by_email=by_email)


@shared_task
def email_lifted_sanction(sanction_id: int) -> None:
    sanctions.email_lifted_sanction(sanction_id=sanction_id)


@shared_task
def refresh_author(user_id: int) -> None:
    erasure.refresh_author(user_id=user_id)

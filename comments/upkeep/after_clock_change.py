from django.utils import timezone

from comments.models import ExternalReview, Notification
from comments.moderation.external_review import PAUSES


def make_waiting_due() -> None:
    """Let nothing wait for a moment that moved away when the clock was set back.

    A digest keeps its hour. A moderation service is asked after the longest pause at the latest,
    because a worker that lives may have claimed the request until then.
    """
    now = timezone.now()
    Notification.objects.planned_at_once().filter(due_at__gt=now).update(due_at=now)
    ExternalReview.objects.make_due(now + PAUSES[-1])

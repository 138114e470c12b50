from datetime import timedelta

from django.utils import timezone

from comments.models import Notification, RejectedText
from comments.models.threads import settings_of
from core.models import Site

# Promised to readers: docs/notifications.md.
NOTIFICATIONS_KEPT = timedelta(days=180)


def prune_notifications() -> None:
    Notification.objects.before(timezone.now() - NOTIFICATIONS_KEPT).delete()


def prune_rejected_texts() -> None:
    """Delete rejected texts after the site's retention period. They are personal data kept only to
    settle disputes about rejections."""
    now = timezone.now()
    for site in Site.objects.select_related("comment_settings"):
        retention = timedelta(days=settings_of(site).rejected_texts_kept_days)
        RejectedText.objects.expired(site, now, retention).delete()

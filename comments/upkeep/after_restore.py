from comments.models import Notification


def cancel_notification_emails() -> int:
    """Let notifications that were to be e-mailed be shown on pages only; return how many."""
    return Notification.objects.filter(mailed_at=None).exclude(due_at=None).update(due_at=None)

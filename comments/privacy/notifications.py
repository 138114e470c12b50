"""Notifications and hidden authors, as a part of what is kept about a person."""

from collections.abc import Iterator

from accounts.actions import ExportedFile, OwnDataPart, as_json, contribute
from accounts.models import ErasureRequest, User
from comments.models import Mute, Notification, NotificationChoice


def contribute_own_part() -> None:
    contribute(OwnDataPart("notifications", export=export, erase=erase))


def export(user: User) -> Iterator[ExportedFile]:
    notifications = user.notifications.order_by("id").values(
        "kind", "comment_id", "created_at", "read_at", "mailed_at"
    )
    yield ExportedFile("notifications.json", as_json(list(notifications)))
    chosen = user.notification_choices.values("kind", "frequency")
    yield ExportedFile("emails.json", as_json(list(chosen)))
    hidden = user.mutes.values("muted__display_name", "created_at")
    yield ExportedFile("hidden_authors.json", as_json(list(hidden)))


def erase(user: User, _comments: ErasureRequest.Comments) -> None:
    Notification.objects.filter(person=user).delete()
    NotificationChoice.objects.filter(person=user).delete()
    Mute.objects.filter(reader=user).delete()
    # Mutes of this person by others have no object any more.
    Mute.objects.filter(muted=user).delete()

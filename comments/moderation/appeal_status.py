"""The one place where the status of an appeal changes."""

from collections.abc import Collection

from django.utils import timezone

from accounts.models import User
from comments.models import Appeal, AppealEvent
from comments.states import APPEAL, AppealStatus
from core.audit import actor_fields


def change_appeal_status(
    appeal: Appeal,
    to: AppealStatus,
    *,
    actor: User | None,
    note: str = "",
    also_save: Collection[str] = (),
) -> bool:
    """Return False when the appeal has that status already.

    Run it under the lock of the comment or of the appeal. `also_save` names the fields that the
    caller has set on `appeal`. An appeal that was decided otherwise raises `StaleDecision`.
    """
    if not APPEAL.needs_change(AppealStatus(appeal.status), to, expected=AppealStatus.OPEN):
        return False
    # An appeal is closed once, so this is also the moment for one that became moot.
    appeal.status, appeal.decided_at = to, timezone.now()
    appeal.save(update_fields=["status", "decided_at", *also_save])
    AppealEvent.objects.create(
        appeal=appeal,
        action=AppealEvent.Action(to.value),
        from_status=AppealStatus.OPEN,
        to_status=to,
        note=note,
        **actor_fields(actor),
    )
    return True

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext

# The label of events that the product itself causes.
_PRODUCT = "otklik"

# The one exception lets an erased person be unlinked: the row keeps the label it was written with.
_REFUSE = """
IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
   AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
"""
_REFUSE_TRUNCATE = """
RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
"""


class AuditEvent(models.Model):
    """One event of an audit log; PostgreSQL refuses to change or delete it.

    A concrete log adds its subject and the choices of `action`, and inherits `Meta`.
    """

    action = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # A copy: the account's name may change, and erasing the person unlinks the account.
    actor_label = models.CharField(max_length=200, help_text="Who it was, kept after erasure.")
    note = models.TextField(blank=True, help_text="Private: for those who may read the record.")
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        # A trigger, because only the database also stops bulk updates, raw SQL and the
        # administration.
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_REFUSE,
            ),
            # TRUNCATE calls no trigger of a row, and reaches this table through others by CASCADE.
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                func=_REFUSE_TRUNCATE,
            ),
        ]

    def __str__(self) -> str:
        label_of = getattr(self, "get_action_display", None)  # of a log with choices
        return f"{label_of() if label_of else self.action}, {actor_name(self.actor_label)}"


class StatusEvent(AuditEvent):
    """An audit event that may change the status of its subject; both are empty if it does not."""

    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)

    class Meta(AuditEvent.Meta):
        abstract = True


def own_act_fields(actor: Any) -> dict[str, Any]:
    """Return the actor fields for a person's act on their own data, without a name to erase
    later."""
    return {"actor": actor, "actor_label": f"account {actor.pk}"}


def actor_name(label: str) -> str:
    """Return who an event's `actor_label` means, for people."""
    if label == _PRODUCT:
        return gettext("automatically")
    return gettext("the person themselves") if label.startswith("account ") else label


def actor_fields(actor: Any) -> dict[str, Any]:
    """The two columns of an event for an account, or for None: the product itself."""
    return {"actor": actor, "actor_label": str(actor) if actor else _PRODUCT}

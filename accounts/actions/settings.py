"""Write the rows that the administration changes, each with an audit event.

The administration opens the transaction, so these are not the outermost one.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import SettingsEvent, User
from accounts.permissions import Permission, require, require_superuser
from core.audit import actor_fields
from core.encryption import EncryptedTextField
from core.models import Site

_MASK = "•••"
# Fields whose values open something, or name a person. What is stored encrypted is masked, too.
_MASKED = frozenset(
    {
        *("password", "key", "secret", "external_review_secret"),
        *("email", "display_name", "name_skeleton"),
    }
)
SiteOf = Callable[[Any], Site | None]


@transaction.atomic
def save_setting(*, row: Model, site_of: SiteOf, actor: User) -> None:
    """Add or change a row of the publication `site_of` it; None: of the whole installation.

    Saving a row unchanged records nothing.
    """
    site = site_of(row)
    _require(actor, site)
    stored = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    if stored is not None:
        # An administrator of one publication cannot take a row of another.
        _require(actor, site_of(stored))
    before = _values(stored) if stored else {}
    row.save()
    record_setting(row=row, site=site, before=before, actor=actor)


@transaction.atomic
def delete_setting(*, row: Model, site_of: SiteOf, actor: User) -> None:
    site = site_of(row)
    _require(actor, site)
    _record(SettingsEvent.Action.DELETED, row, site, _changes(row, _values(row), {}), actor)
    row.delete()


def setting_values(row: Model) -> dict[str, Any]:
    """Return what is stored of a row that is about to change, for `record_setting`."""
    stored = type(row)._base_manager.filter(pk=row.pk).first()
    return _values(stored) if stored else {}


def record_setting(
    *, row: Model, site: Site | None, before: Mapping[str, Any], actor: User | None
) -> None:
    """Record what a saved row has changed. In the caller's transaction."""
    changes = _changes(row, before, _values(row))
    if changes:
        action = SettingsEvent.Action.CHANGED if before else SettingsEvent.Action.ADDED
        _record(action, row, site, changes, actor)


def _require(actor: User, site: Site | None) -> None:
    # A publication that is being added has no administrators yet.
    if site is None or site.pk is None:
        require_superuser(actor)
    else:
        require(actor, Permission.ADMINISTER, site)


def _record(
    action: SettingsEvent.Action,
    row: Model,
    site: Site | None,
    changes: Mapping[str, list[Any]],
    actor: User | None,
) -> None:
    SettingsEvent.objects.create(
        action=action,
        site=site,
        model=row._meta.label_lower,
        row_id=str(row.pk),
        # The log keeps no name of a person whose account may be erased.
        label=f"account {row.pk}" if isinstance(row, User) else str(row)[:200],
        evidence=dict(changes),
        **actor_fields(actor),
    )


def _values(row: Model) -> dict[str, Any]:
    return {
        field.attname: _plain(field.value_from_object(row)) for field in row._meta.concrete_fields
    }


def _plain(value: Any) -> Any:
    """Return what JSON can store. Forms send other line breaks than are stored."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, datetime):
        # A form reads a time by the clock of the publication.
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, int | float | list | dict | None) else str(value)


def _changes(
    row: Model, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return both values of each field that differs; None where the row did not exist."""
    masked = _MASKED | {
        field.attname
        for field in row._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }

    def shown(name: str, value: Any) -> Any:
        return _MASK if name in masked and value else value

    return {
        name: [shown(name, before.get(name)), shown(name, after.get(name))]
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }

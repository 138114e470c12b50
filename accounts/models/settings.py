from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import AuditEvent
from core.models import Site


class SettingsEvent(AuditEvent):
    """An audit event of a row that the administration changes: settings, texts, keys, accounts.

    `evidence` has the former and the new value of each changed field; secrets are masked.
    """

    class Action(models.TextChoices):
        ADDED = "setting.added", _("added")
        CHANGED = "setting.changed", _("changed")
        DELETED = "setting.deleted", _("deleted")

    action = models.CharField(_("what happened"), max_length=40, choices=Action)
    # None: it concerns the whole installation.
    site = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        null=True,
        related_name="settings_events",
        verbose_name=_("publication"),
    )
    # As text, because the row may be deleted later.
    model = models.CharField(max_length=100)
    row_id = models.CharField(max_length=100)
    label = models.CharField(_("name"), max_length=200)

    class Meta(AuditEvent.Meta):
        verbose_name = _("change of settings")
        verbose_name_plural = _("changes of settings")
        indexes = [
            # An administrator's page lists those of one publication.
            models.Index(fields=["site", "id"], name="settings_event_of_site"),
        ]

    @property
    def model_name(self) -> str:
        """Return the name of the kind of row, for people."""
        model = self._model()
        return str(model._meta.verbose_name) if model else self.model

    @property
    def named_changes(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield each changed field by its name for people, with both values; “—” for no value."""
        model = self._model()
        fields = {field.attname: field for field in model._meta.concrete_fields} if model else {}
        for name, values in self.evidence.items():
            shown = ["—" if value in (None, "") else value for value in values]
            yield str(fields[name].verbose_name) if name in fields else name, shown

    def _model(self) -> type[models.Model] | None:
        try:
            return apps.get_model(self.model)
        except LookupError:
            return None

"""Values of the register and of its audit log, under labels in the reader's language."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import FieldListFilter
from django.contrib.admin.utils import display_for_value
from django.db.models import Model
from django.template.defaultfilters import yesno
from django.utils.html import format_html

from core.languages import moment

_NOTHING = "—"


def column(name: str, label: Any, *, is_in_database: bool = True) -> Callable[[Model], Any]:
    """Return a column of a list, which is a field of a page too. The database's can be sorted."""

    @admin.display(description=label, ordering=name if is_in_database else None)
    def value_of(row: Model) -> Any:
        value = getattr(row, name)
        if isinstance(value, bool):
            return yesno(value)
        if isinstance(value, Mapping):
            return _lines(value)
        if isinstance(value, datetime):
            return moment(value)
        label_of = getattr(row, f"get_{name}_display", None)
        return display_for_value(label_of() if label_of else value or None, _NOTHING)

    return value_of


def titled(filter_class: type[FieldListFilter], label: Any) -> type[FieldListFilter]:
    """Return the filter under a label in the reader's language."""

    class Titled(filter_class):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = label

    return Titled


def _lines(value: Mapping[str, Any]) -> str:
    if not value:
        return _NOTHING
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return format_html(
        '<span style="white-space: pre-wrap; overflow-wrap: anywhere">{}</span>', text
    )

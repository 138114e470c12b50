"""Rows of ordinary fields for a setting that is stored as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from comments.models.settings import LARGEST_RATE, MOST_RATES
from comments.states import Mode

# Empty rows after the filled ones: a page that is saved shows two more.
_SPARE = 2
_UNITS = {
    86_400: gettext_lazy("days"),
    3_600: gettext_lazy("hours"),
    60: gettext_lazy("minutes"),
    1: gettext_lazy("seconds"),
}


class RowsWidget(forms.Widget):
    template_name = "admin/comments/rows.html"

    def __init__(self, columns: Mapping[str, forms.Field]) -> None:
        super().__init__()
        self.columns = columns

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = [*(value or ()), *[[""] * len(self.columns)] * _SPARE]
        shown = [
            [self._cell(name, number, at, cell) for at, cell in enumerate(row)]
            for number, row in enumerate(rows)
        ]
        labels = [field.label for field in self.columns.values()]
        return super().get_context(name, value, attrs) | {"labels": labels, "rows": shown}

    def _cell(self, name: str, number: int, at: int, value: Any) -> dict[str, str]:
        key, field = list(self.columns.items())[at]
        label = _("%(label)s, row %(number)s") % {"label": field.label, "number": number + 1}
        html = field.widget.render(f"{name}-{number}-{key}", value, {"aria-label": label})
        return {"label": str(field.label), "html": html}

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Sequence[Sequence[str]]:
        rows: list[list[str]] = []
        while any(f"{name}-{len(rows)}-{key}" in data for key in self.columns):
            rows.append([data.get(f"{name}-{len(rows)}-{key}", "") for key in self.columns])
        # The spare rows come back empty. A select alone is never empty, so it does not count.
        return [row for row in rows if row[0].strip()]

    def value_omitted_from_data(self, data: Any, _files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)


class RowsField(forms.Field):
    """Cleans each row by the fields of its columns; subclasses translate rows into the setting."""

    def __init__(self, columns: Mapping[str, forms.Field], **options: Any) -> None:
        self.columns = columns
        # JSONField's form field has them.
        for name in ("encoder", "decoder"):
            options.pop(name, None)
        super().__init__(widget=RowsWidget(columns), required=False, **options)

    def clean(self, value: Any) -> Any:
        return self.setting([self._cleaned(row, number) for number, row in enumerate(value, 1)])

    def _cleaned(self, row: Sequence[str], number: int) -> Sequence[Any]:
        try:
            return [
                field.clean(cell) for field, cell in zip(self.columns.values(), row, strict=True)
            ]
        except ValidationError as error:
            prefix = _("Row %(number)s: %(fault)s")
            raise ValidationError(
                [prefix % {"number": number, "fault": fault} for fault in error.messages]
            ) from error

    def setting(self, rows: Sequence[Sequence[Any]]) -> Any:
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class RatesField(RowsField):
    def __init__(self, **options: Any) -> None:
        columns = {
            "most": forms.IntegerField(
                label=gettext_lazy("At most so many comments"),
                min_value=1,
                max_value=LARGEST_RATE,
                widget=UnfoldAdminIntegerFieldWidget(),
            ),
            "span": forms.IntegerField(
                label=gettext_lazy("within"),
                min_value=1,
                max_value=10**7,
                widget=UnfoldAdminIntegerFieldWidget(),
            ),
            "unit": forms.TypedChoiceField(
                label=gettext_lazy("unit"),
                choices=list(_UNITS.items()),
                coerce=int,
                widget=UnfoldAdminSelectWidget(),
            ),
        }
        super().__init__(columns, **options)

    def prepare_value(self, value: Any) -> Any:
        if not value or len(value[0]) != 2:  # noqa: PLR2004 - a row that was posted has three cells
            return value
        return [[most, *_in_units(within)] for most, within in value[:MOST_RATES]]

    def setting(self, rows: Sequence[Sequence[Any]]) -> list[list[int]] | None:
        return [[most, span * unit] for most, span, unit in rows] or None


class SectionModesField(RowsField):
    def __init__(self, **options: Any) -> None:
        columns = {
            "section": forms.CharField(
                label=gettext_lazy("Section"),
                max_length=100,
                widget=UnfoldAdminTextInputWidget(),
            ),
            "mode": forms.ChoiceField(
                label=gettext_lazy("New comments"),
                choices=Mode.choices,
                widget=UnfoldAdminSelectWidget(),
            ),
        }
        super().__init__(columns, **options)

    def prepare_value(self, value: Any) -> Any:
        return list(value.items()) if isinstance(value, dict) else value

    def setting(self, rows: Sequence[Sequence[str]]) -> dict[str, str]:
        modes: dict[str, str] = {}
        for section, mode in rows:
            if modes.setdefault(section, mode) != mode:
                message = _("The section “%(section)s” is there twice, with different modes.")
                raise ValidationError(message % {"section": section})
        return modes


def _in_units(seconds: int) -> tuple[int, int]:
    unit = next(unit for unit in _UNITS if seconds % unit == 0)
    return seconds // unit, unit

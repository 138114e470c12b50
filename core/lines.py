from collections.abc import Sequence
from typing import Any

from django import forms


class LinesField(forms.CharField):
    """A list that is typed with one item a line; empty lines and repetitions are dropped."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        options.setdefault("strip", True)
        super().__init__(**options)
        # Unfold gives a text area ten rows.
        self.widget.attrs["rows"] = 4
        self.widget.attrs.setdefault("spellcheck", "false")

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def to_python(self, value: Any) -> Any:
        lines = str(value or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def has_changed(self, initial: Sequence[str] | None, data: Any) -> bool:
        return bool(list(initial or ()) != self.to_python(data))

    def run_validators(self, value: Any) -> None:
        """Each line is validated by the model, which has the list."""

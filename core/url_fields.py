from typing import Any

from django.db import models
from django.forms import Field


class URLField(models.URLField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A URL. One that a person types into a form without a scheme gets https."""

    def formfield(self, **options: Any) -> Field | None:
        field: Field | None = super().formfield(**{"assume_scheme": "https", **options})
        return field

    def deconstruct(self) -> Any:
        # The column is that of Django's field, so migrations need not know this class.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.URLField", args, options

"""Parse the bodies of API requests."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError, ValidationError

from core.inputs import UNSTORABLE, has_unstorable, is_bounded, is_storable, read_json


class JSONParser(parsers.JSONParser):
    # A subclass, because DRF limits the size of the body for its own parsers alone.

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - of the framework
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - of the framework
    ) -> Any:
        # DRF's own parser lets RecursionError pass, decodes by the charset that the client names,
        # and reports errors in English alone.
        try:
            value = read_json(stream.read())
        except ValueError as error:
            raise ParseError(_("The body of the request is not valid JSON.")) from error
        if not is_bounded(value):
            raise RequestDataTooBig
        if has_unstorable(value):
            raise ValidationError({name: [UNSTORABLE] for name in _unstorable_members(value)})
        return value


def _unstorable_members(value: Any) -> list[str]:
    """Name the members to correct; "" is the body as a whole."""
    members = value.items() if isinstance(value, dict) else ()
    return [name for name, of in members if is_storable(name) and has_unstorable(of)] or [""]

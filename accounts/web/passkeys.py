"""What browsers send as the signature of a passkey, in the forms of pages and of the API."""

import struct
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

from core.inputs import read_json

# What the libraries raise for a credential that lacks a part, or has another kind of value there.
_MALFORMED = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(struct.error, InvalidSignature, UnsupportedAlgorithm),
)


def refuse_malformed_credentials() -> None:
    """Let all of allauth's forms refuse them with its own sentence, instead of failing."""
    adding, proving = webauthn._BaseAddWebAuthnForm, webauthn.AuthenticateWebAuthnForm
    # The forms that are derived from these two share their fields and methods.
    for form in (adding, webauthn.AddWebAuthnForm, proving):
        field: Any = form.base_fields["credential"]
        field.to_python = _read
        # The signature of a challenge is good for once, and a refused one is not shown again.
        field.bound_data = lambda _data, _initial: InvalidJSONInput("")
    adding.clean = _refusing(adding.clean)
    proving.clean_credential = _refusing(proving.clean_credential)


def _read(value: Any) -> Any:
    # The API has parsed its body already.
    if value in forms.Field.empty_values or not isinstance(value, str):
        return value or None
    try:
        return read_json(value.encode())
    except ValueError as error:
        raise ValidationError(forms.JSONField.default_error_messages["invalid"]) from error


def _refusing(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(clean)
    def refusing(form: Any) -> Any:
        try:
            return clean(form)
        except ValidationError:
            raise
        except _MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error

    return refusing

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.headless.account import inputs
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse

from accounts.actions import AddressTaken, begin_seeming_registration
from accounts.models import User
from accounts.web.pending import PendingRegistration


class RegistrationMixin:
    """A registration with a taken address looks, costs and leaves the same as any other."""

    password_field: str
    cleaned_data: dict[str, Any]
    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        try:
            return self._try_save(request)
        except AddressTaken:
            self.account_already_exists = True
            return self._try_save(request)

    def _try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            name = self.cleaned_data["display_name"]
            password = make_password(self.cleaned_data[self.password_field])
            begin_seeming_registration(display_name=name)
            PendingRegistration.stash(request, display_name=name, password=password)
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)  # type: ignore[misc]
        return saved


class SignupForm(RegistrationMixin, allauth_forms.SignupForm):
    password_field = "password1"  # noqa: S105


class SignupInput(RegistrationMixin, inputs.SignupInput):
    password_field = "password"  # noqa: S105

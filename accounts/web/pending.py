"""A registration that could not be made, because its address has an account already.

The person is not told so (the letter tells the owner of the address). If the address was mistyped,
they correct it on the code page as anyone does, and the registration is made then.
"""

from dataclasses import asdict, dataclass
from typing import Self

from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest

_KEY = "accounts_pending_registration"


@dataclass(frozen=True, slots=True)
class PendingRegistration:
    display_name: str
    password: str  # hashed
    consents: list[int]
    return_to: str

    @classmethod
    def stash(
        cls, request: HttpRequest, *, display_name: str, password: str, consents: list[int]
    ) -> None:
        return_to = get_next_redirect_url(request) or ""
        pending = cls(display_name, password, consents, return_to)
        request.session[_KEY] = asdict(pending)

    @classmethod
    def pop(cls, request: HttpRequest) -> Self | None:
        stored = request.session.pop(_KEY, None)
        return cls(**stored) if stored else None

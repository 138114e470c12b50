"""A registration that could not be made, because its address has an account already.

The person is not told so (an e-mail tells the owner of the address). If the address was mistyped,
they correct it on the code page as anyone does, and the registration is made then.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

from accounts.actions import Agreement, ConsentSource, begin_seeming_registration
from accounts.permissions import access_consent_text
from core.web.http import HttpRequest

_KEY = "accounts_pending_registration"


@dataclass(frozen=True, slots=True)
class PendingRegistration:
    """`sociallogin`: who they are at a provider, as allauth writes it; `is_arrival`: they came by a
    signed token, which waits in the session."""

    display_name: str
    password: str  # hashed
    return_to: str
    sociallogin: dict[str, Any] | None = None
    is_arrival: bool = False
    consents: tuple[int, ...] = ()
    act: str = ""

    @classmethod
    def begin(cls, request: HttpRequest, registration: Self, agreement: Agreement) -> None:
        begin_seeming_registration(display_name=registration.display_name, agreement=agreement)
        consents = [text.pk for text in agreement.given]
        agreed = {"consents": consents, "act": agreement.source.act}
        request.session[_KEY] = asdict(registration) | agreed

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        stored = request.session.get(_KEY)
        return cls(**stored) if stored else None

    @staticmethod
    def forget(request: HttpRequest) -> None:
        request.session.pop(_KEY, None)

    def agreement(self, request: HttpRequest) -> Agreement:
        given = [access_consent_text(text_id) for text_id in self.consents]
        return Agreement(given, ConsentSource(self.act, request.ip))

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from core.statements import rows

_FIELDS = [field.attname for field in User._meta.concrete_fields]
_BY_ID = f"SELECT {', '.join(_FIELDS)} FROM accounts_user WHERE id = %(id)s"  # noqa: S608 — our columns


class SignInBackend(AuthenticationBackend):
    """allauth's; who has signed in is found by a statement that is planned once."""

    def get_user(self, user_id: int) -> User | None:
        for values in rows(_BY_ID, {"id": user_id}):
            user = User.from_db("default", _FIELDS, values)
            # A closed account is signed out at its next request, although its session is still
            # valid.
            return user if self.user_can_authenticate(user) else None
        return None

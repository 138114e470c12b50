from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend

from accounts.models import Role, User
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


class AdministrationBackend(BaseBackend):
    """Administrators may use every configuration screen; who may open them at all is decided by
    the admin site."""

    def has_perm(self, user_obj: Any, _perm: str, _obj: Any = None) -> bool:
        return isinstance(user_obj, User) and _administers(user_obj)

    def has_module_perms(self, user_obj: Any, _label: str) -> bool:
        return isinstance(user_obj, User) and _administers(user_obj)


def _administers(user: User) -> bool:
    roles = {role.name for role in user.roles.all()}
    return user.is_active and user.is_staff and Role.Name.ADMINISTRATOR in roles

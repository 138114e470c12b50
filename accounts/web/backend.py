from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import Role, User


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

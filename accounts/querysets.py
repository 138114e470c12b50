from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from accounts.names import skeleton, spelling
from accounts.states import SanctionStatus
from core.models import Site

if TYPE_CHECKING:
    from accounts.models import ConsentText, HeldName, Sanction, User


class UserManager(BaseUserManager["User"]):
    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.name_skeleton = skeleton(user.display_name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def all_named(self, names: Collection[str]) -> "Mapping[str, User]":
        """Find people by their full display names, in one query; look-alikes do not match."""
        skeletons = {name: skeleton(name) for name in names}
        if not skeletons:
            return {}
        people = self.filter(name_skeleton__in=set(skeletons.values()), is_active=True)
        # The skeleton finds a row by its unique index; comparing the spelling then excludes
        # look-alikes.
        by_skeleton = {user.name_skeleton: user for user in people}
        users = {name: by_skeleton.get(bones) for name, bones in skeletons.items()}
        return {
            name: user
            for name, user in users.items()
            if user and spelling(user.display_name) == spelling(name)
        }

    def staff_names(self, *, besides: "User | None") -> "models.QuerySet[User, str]":
        """Names of those who hold a role for any publication."""
        others = self.exclude(roles=None)
        if besides:
            others = others.exclude(pk=besides.pk)
        return others.values_list("display_name", flat=True).distinct()


class HeldNameQuerySet(models.QuerySet["HeldName"]):
    def in_force(self, now: datetime) -> "models.QuerySet[HeldName]":
        return self.filter(until__gt=now)


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def due(self, now: datetime) -> "models.QuerySet[Sanction]":
        return self.filter(status=SanctionStatus.ACTIVE, ends_at__lte=now)


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def current(self, site: Site) -> "models.QuerySet[ConsentText]":
        """The newest published version of each purpose."""
        published = self.filter(site=site, published_at__isnull=False)
        # DISTINCT ON of PostgreSQL keeps the first row of each purpose in this order.
        return published.order_by("purpose", "-version").distinct("purpose")

from django.db import transaction

from accounts.models import AccountEvent, Role, User
from accounts.permissions import Permission, require
from core.audit import actor_fields
from core.models import Site


@transaction.atomic(durable=True)
def grant_role(*, user: User, site: Site, name: Role.Name, actor: User | None) -> Role:
    """Repeating it changes nothing and records nothing. Without an actor it is the product's own
    act: a command, the demo."""
    if actor is not None:
        require(actor, Permission.ADMINISTER, site)
    role, created = Role.objects.get_or_create(user=user, site=site, name=name)
    if created:
        _record(user, "role.granted", role, actor)
    return role


@transaction.atomic(durable=True)
def take_role(*, role: Role, actor: User) -> None:
    require(actor, Permission.ADMINISTER, role.site)
    deleted, _per_model = Role.objects.filter(pk=role.pk).delete()
    if deleted:
        _record(role.user, "role.taken", role, actor)


def _record(user: User, action: str, role: Role, actor: User | None) -> None:
    AccountEvent.objects.create(
        user=user,
        action=action,
        evidence={"site": role.site.slug, "role": str(role.name)},
        **actor_fields(actor),
    )

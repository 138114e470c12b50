from django.db import transaction

from accounts.models import AccountEvent, Role, User
from core.audit import actor_fields
from core.models import Site


@transaction.atomic(durable=True)
def grant_role(*, user: User, site: Site, name: Role.Name, actor: User | None) -> Role:
    """Repeating it changes nothing and records nothing."""
    role, created = Role.objects.get_or_create(user=user, site=site, name=name)
    if created:
        AccountEvent.objects.create(
            user=user,
            action="role.granted",
            evidence={"site": site.slug, "role": str(name)},
            **actor_fields(actor),
        )
    return role

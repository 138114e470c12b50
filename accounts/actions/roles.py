from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import emails
from accounts.models import AccountEvent, Role, User
from accounts.permissions import Permission, forget_roles, require, second_factor_deadline
from core import outbox
from core.audit import actor_fields
from core.models import Site

REMINDED_BEFORE = timedelta(days=3)
_REMINDED = AccountEvent.Action.SECOND_FACTOR_REMINDED


@transaction.atomic(durable=True)
def grant_role(*, user: User, site: Site, name: Role.Name, actor: User | None) -> Role:
    """Assign a role; a repeated call changes and records nothing. Without an actor (a command, the
    demo) no e-mail is sent."""
    if actor is not None:
        require(actor, Permission.ADMINISTER, site)
    role, created = Role.objects.get_or_create(user=user, site=site, name=name)
    forget_roles(user)
    if created:
        _record(user, AccountEvent.Action.ROLE_GRANTED, role, actor)
    if created and actor is not None:
        deadline = second_factor_deadline(User.objects.get(pk=user.pk), site)
        emails.role_granted(role, until=deadline)
    return role


@transaction.atomic(durable=True)
def take_role(*, role: Role, actor: User) -> None:
    require(actor, Permission.ADMINISTER, role.site)
    deleted, _per_model = Role.objects.filter(pk=role.pk).delete()
    forget_roles(role.user)
    if deleted:
        _record(role.user, AccountEvent.Action.ROLE_TAKEN, role, actor)
        emails.role_taken(role)


@transaction.atomic(durable=True)
def remind_of_second_factor(*, role_id: int) -> None:
    """Once for each deadline, a few days before it."""
    role = Role.objects.select_related("user", "site").get(pk=role_id)
    # The account, not the role: a person with two roles on a site gets one reminder for one
    # deadline.
    User.objects.select_for_update().get(pk=role.user_id)
    deadline = second_factor_deadline(role.user, role.site)
    now = timezone.now()
    if deadline is None or not now < deadline <= now + REMINDED_BEFORE:
        return
    reminder = {"site": role.site.slug, "until": deadline.isoformat()}
    if role.user.events.filter(action=_REMINDED, evidence=reminder).exists():
        return
    AccountEvent.objects.create(
        user=role.user, action=_REMINDED, evidence=reminder, **actor_fields(None)
    )
    emails.second_factor_due(role, until=deadline)


def _record(user: User, action: AccountEvent.Action, role: Role, actor: User | None) -> None:
    AccountEvent.objects.create(
        user=user,
        action=action,
        evidence={"site": role.site.slug, "role": str(role.name)},
        **actor_fields(actor),
    )
    # Pages of comments are stored with the marks of the editors.
    outbox.publish("account.roles_changed", user_id=user.pk)

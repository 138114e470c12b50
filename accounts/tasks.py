from celery import shared_task
from django.utils import timezone

from accounts.actions import guesses, lapse_sanction, names, own_data, roles, sessions, signon
from accounts.actions.second_factors import reencrypt_second_factors
from accounts.models import Role, Sanction
from core.encryption import reencrypt_fields


@shared_task
def lapse_sanctions() -> None:
    for sanction_id in Sanction.objects.due(timezone.now()).values_list("pk", flat=True):
        lapse_sanction(sanction_id=sanction_id)


@shared_task
def remind_of_second_factor() -> None:
    for role_id in Role.objects.values_list("pk", flat=True):
        roles.remind_of_second_factor(role_id=role_id)


@shared_task
def prune_sessions() -> None:
    sessions.prune_sessions()


@shared_task
def reencrypt_secrets() -> None:
    """Move secrets under the first of `ENCRYPTION_KEYS`, those stored before it and in plain."""
    reencrypt_fields()
    reencrypt_second_factors()


@shared_task
def build_export(export_id: int) -> None:
    own_data.build_export(export_id=export_id)


@shared_task
def record_export_failure(export_id: int) -> None:
    own_data.record_export_failure(export_id=export_id)


@shared_task
def carry_out_erasure(request_id: int) -> None:
    own_data.carry_out_erasure(request_id=request_id)


@shared_task
def keep_promises_of_erasure() -> None:
    """Process due erasures, unconfirmed registrations and expired exports."""
    own_data.announce_due_erasures()
    for user_id in own_data.unconfirmed():
        own_data.forget_unconfirmed(user_id=user_id)
    own_data.remove_expired_exports()
    signon.forget_used_tokens()
    names.forget_lapsed_holds()
    guesses.forget_old_tries()


@shared_task
def warn_of_guesses() -> None:
    """In the background, so that no answer tells by its time whether an address is registered."""
    for user_id in guesses.accounts_to_warn():
        guesses.warn_owner(user_id=user_id)

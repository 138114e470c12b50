from celery import shared_task
from django.utils import timezone

from accounts import mailing
from accounts.actions import lapse_sanction, names, own_data, roles, signon
from accounts.models import Letter, Role, Sanction

_PORTION = 200


@shared_task
def mail_letter(letter_id: int) -> None:
    mailing.send_letter(letter_id)


@shared_task
def mail_due_letters() -> None:
    """What an earlier try could not send. The first goes alone: while no server takes it, the
    others need not try."""
    mailing.give_up_outlived()
    due = Letter.objects.due(timezone.now()).order_by("next_at").values_list("pk", flat=True)
    for letter_id in due[:1]:
        if mailing.send_letter(letter_id) != mailing.Fate.UNREACHABLE:
            for other_id in due[:_PORTION]:
                mail_letter.delay(other_id)


@shared_task
def lapse_sanctions() -> None:
    for sanction_id in Sanction.objects.due(timezone.now()).values_list("pk", flat=True):
        lapse_sanction(sanction_id=sanction_id)


@shared_task
def remind_of_second_factor() -> None:
    for role_id in Role.objects.values_list("pk", flat=True):
        roles.remind_of_second_factor(role_id=role_id)


@shared_task
def build_export(export_id: int) -> None:
    own_data.build_export(export_id=export_id)


@shared_task
def carry_out_erasure(request_id: int) -> None:
    own_data.carry_out_erasure(request_id=request_id)


@shared_task
def keep_promises_of_erasure() -> None:
    """What is due: erasures, registrations never confirmed, files nobody fetched."""
    own_data.announce_due_erasures()
    for user_id in own_data.unconfirmed():
        own_data.forget_unconfirmed(user_id=user_id)
    own_data.remove_expired_exports()
    signon.forget_used_tokens()
    names.forget_lapsed_holds()

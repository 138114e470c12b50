from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountEvent, User
from core.audit import actor_fields
from core.errors import InvalidInput, StrOrPromise

NAME_TAKEN = _("This name is taken, or looks like one that is. Please choose another.")
_EMAIL_TAKEN = _("There is an account with this address already.")


@transaction.atomic(durable=True)
def register_person(*, email: str, password: str, display_name: str, language: str = "ru") -> User:
    """A person whose address needs no confirmation: for commands, imports and tests.

    Readers come through the sign-up page. Raises `InvalidInput` for a taken address or name.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, display_name=display_name, language=language
            )
    except IntegrityError as error:
        raise InvalidInput(taken(error)) from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    AccountEvent.objects.create(user=user, action="registered", **actor_fields(user))
    return user


def taken(error: IntegrityError) -> dict[str, list[StrOrPromise]]:
    """Which field of an account a unique constraint refused, with the sentence beside it."""
    if "name_skeleton" in str(error):
        return {"display_name": [NAME_TAKEN]}
    if "email" in str(error):
        return {"email": [_EMAIL_TAKEN]}
    raise error

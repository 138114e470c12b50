from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.actions.addresses import free_address
from accounts.actions.consents import ConsentSource, record_answers
from accounts.actions.names import claim_name, hold_asked_name, release_asked_name
from accounts.models import AccountEvent, ConsentRecord, ConsentText, User
from core.audit import own_act_fields
from core.bounds import Bound, bounded
from core.errors import InvalidInput


class AddressTaken(InvalidInput):
    def __init__(self) -> None:
        super().__init__({"email": [_("There is an account with this address already.")]})


class AlreadyTied(InvalidInput):
    """Whom another site vouches for has an account here: made at the same moment elsewhere."""

    def __init__(self) -> None:
        message = _("You have just registered by this account. Sign in by it.")
        super().__init__({"provider": [message]})


@dataclass(frozen=True, slots=True)
class Agreement:
    """The consents given at registration and their origin."""

    given: Sequence[ConsentText]
    source: ConsentSource


@bounded(email=Bound(254), password=Bound(4_096), display_name=Bound(300), language=Bound(10))
@transaction.atomic(durable=True)
def register_person(*, email: str, password: str, display_name: str, language: str = "ru") -> User:
    """A person whose address needs no confirmation: for commands, imports and tests.

    Readers come through the sign-up page. Raises `InvalidInput` for a taken address or name.
    """
    user = User(email=email.lower(), display_name=names.tidy(display_name), language=language)
    user.set_password(password)
    _register(user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic(durable=True)
def begin_registration(
    *,
    user: User,
    agreement: Agreement,
    elsewhere: SocialAccount | None = None,
    is_vouched: bool = False,
) -> None:
    """Save an account that allauth has filled in; its address waits for the code.

    `elsewhere` is who the person is at the site that they come from. With `is_vouched` that site
    has verified the address.
    """
    enrol(user, agreement, elsewhere, is_vouched=is_vouched)


@bounded(display_name=Bound(300))
@transaction.atomic(durable=True)
def begin_seeming_registration(*, display_name: str, agreement: Agreement) -> None:
    """Imitate a registration for an address that already has an account.

    The same work is done and rolled back, so that timing does not reveal the account.
    """
    with transaction.atomic():
        user = User(email=f"{uuid4().hex}@seeming.invalid", display_name=display_name)
        enrol(user, agreement)
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
        # The rows exist until here, so the inserts, indexes and locks cost what a real registration
        # costs.
        transaction.set_rollback(True)
    hold_asked_name(names.tidy(display_name))


@transaction.atomic(durable=True)
def complete_seeming_registration(
    *, user: User, agreement: Agreement, elsewhere: SocialAccount | None = None
) -> None:
    """The person has corrected the address, so the name held for them becomes theirs."""
    release_asked_name(user.display_name)
    enrol(user, agreement, elsewhere)


def enrol(
    user: User,
    agreement: Agreement,
    elsewhere: SocialAccount | None = None,
    *,
    is_vouched: bool = False,
) -> None:
    """Inside an action's transaction."""
    if is_vouched:
        free_address(user.email)
    _register(user)
    record_answers(user, agreement.given, ConsentRecord.GIVEN, agreement.source)
    if elsewhere is not None:
        elsewhere.user = user
        try:
            with transaction.atomic():
                elsewhere.save()
        except IntegrityError as error:
            raise AlreadyTied from error


def _register(user: User) -> None:
    user.name_skeleton = claim_name(user.display_name)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise AddressTaken from error
    AccountEvent.objects.create(
        user=user, action=AccountEvent.Action.REGISTERED, **own_act_fields(user)
    )

"""Sign-on from an existing site by a signed, short-lived token of one use.

The rules that keep it from taking over an account: a token alone opens an account only if that
account was tied to its subject before. An existing account is tied by its owner, signed in here. A
new account is tied when its address is confirmed: by the code, or by a site that vouches for it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions.addresses import is_held
from accounts.actions.erased_identities import take_over_sanctions
from accounts.actions.history import record_event
from accounts.actions.people import Agreement, enrol
from accounts.models import AccountEvent, LinkedPerson, SignOnKey, UsedToken, User
from accounts.permissions import FreshProof, require_proof
from core import email_addresses
from core.errors import DomainError
from core.inputs import read_id
from core.models import Site

# Tokens travel in URLs, which end up in logs and histories; a short life makes a copy worthless.
LONGEST_LIFE = timedelta(minutes=2)
# The clocks of the two servers may differ by this much.
_LEEWAY = timedelta(seconds=10)
# The lengths of their columns.
MAX_EMAIL, MAX_SUBJECT = 254, 200
_REQUIRED = ["aud", "exp", "iat", "jti", "sub", "email"]


class TokenRefused(DomainError):
    code = "token_refused"
    title = _("The other site's confirmation is not valid. Go back there and try again")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The person named by a valid sign-on token. `user_id` is their linked account, if any."""

    key_id: int
    subject: str
    email: str
    name: str
    is_vouched: bool
    user_id: int | None = None


def audience(site: Site) -> str:
    return f"otklik:{site.slug}"


def read_token(token: str, site: Site) -> tuple[SignOnKey, dict[str, Any]]:
    """The key that signed a valid token for the publication, and its claims; not yet used up.

    `email` is spelled as the registration form would spell it.
    """
    try:
        key = _key_of(token, site)
        claims = jwt.decode(
            token,
            key.key,
            # The key's algorithm, never the token's header: otherwise a public EdDSA key could be
            # used as an HS256 secret to forge tokens (RFC 8725, section 3.1).
            algorithms=[key.algorithm],
            audience=audience(site),
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise TokenRefused from error
    # A site that signs for longer would make us remember used tokens for as long.
    if claims["exp"] - claims["iat"] > LONGEST_LIFE.total_seconds():
        raise TokenRefused
    # An empty subject would be everybody's.
    if not (_is_storable(claims["sub"], MAX_SUBJECT) and _is_storable(claims["jti"])):
        raise TokenRefused
    return key, claims | {"email": _email_of(claims)}


@transaction.atomic(durable=True)
def accept_token(*, token: str, site: Site) -> Arrival:
    """Use a token up; a second use is refused."""
    key, claims = read_token(token, site)
    expires = datetime.fromtimestamp(claims["exp"], UTC) + _LEEWAY
    try:
        with transaction.atomic():
            # Inserting is the check: of two requests with one token the unique constraint lets one
            # through.
            UsedToken.objects.create(key=key, token_id=str(claims["jti"])[:100], expires_at=expires)
    except IntegrityError as error:
        raise TokenRefused from error
    # By the subject and never by the e-mail address, which the other site may let people change
    # freely.
    tied = LinkedPerson.objects.filter(key=key, subject=claims["sub"]).first()
    return Arrival(
        key_id=key.pk,
        subject=claims["sub"],
        email=claims["email"],
        name=str(claims.get("name", "")),
        # Both are needed: the administrator trusts the site, and the site has verified this
        # address. `is True`, because a claim "false" is a truthy string.
        is_vouched=key.vouches and claims.get("email_verified") is True,
        user_id=tied.user_id if tied else None,
    )


@transaction.atomic
def tie(*, user: User, arrival: Arrival, proof: FreshProof) -> None:
    """Tie an existing account. Repeated, it changes nothing.

    The tie is a way into the account for good, so a borrowed session must not make one.
    """
    require_proof(user, proof)
    _tie(user, arrival)


@transaction.atomic
def tie_confirmed(*, user: User, arrival: Arrival) -> None:
    """Tie the new account of who arrived: its address has just been confirmed."""
    _tie(user, arrival)


def _tie(user: User, arrival: Arrival) -> None:
    _link, created = LinkedPerson.objects.get_or_create(
        key_id=arrival.key_id, subject=arrival.subject, defaults={"user": user}
    )
    if created:
        take_over_sanctions(user)
        record_event(
            user=user, action=AccountEvent.Action.SIGNON_LINKED, evidence={"key": arrival.key_id}
        )


@transaction.atomic(durable=True)
def register_arrival(*, user: User, arrival: Arrival, agreement: Agreement) -> None:
    """Save a new account for who came; tied at once only if the other site vouches."""
    enrol(user, agreement, is_vouched=arrival.is_vouched)
    EmailAddress.objects.create(
        user=user, email=user.email, verified=arrival.is_vouched, primary=True
    )
    if arrival.is_vouched:
        _tie(user, arrival)


def person_arrived(arrival: Arrival) -> User | None:
    if arrival.user_id is None:
        return None
    return User.objects.filter(pk=arrival.user_id, is_active=True).first()


def is_taken(arrival: Arrival) -> bool:
    """Return whether an account keeps the address from the person who came."""
    if arrival.is_vouched:
        return is_held(arrival.email)
    return EmailAddress.objects.filter(email=arrival.email).exists() or (
        User.objects.filter(email=arrival.email).exists()
    )


def forget_used_tokens() -> None:
    UsedToken.objects.filter(expires_at__lt=timezone.now()).delete()


def _email_of(claims: dict[str, Any]) -> str:
    try:
        email = email_addresses.normalise(claims["email"])
        # Before it becomes lower case: that turns the Kelvin sign into the letter k.
        email_addresses.check(email)
    except (AttributeError, ValidationError) as error:
        raise TokenRefused from error
    if len(email) > MAX_EMAIL:
        raise TokenRefused
    return email.lower()


def _is_storable(text: str, most: int | None = None) -> bool:
    return 0 < len(text) <= (most or len(text)) and "\0" not in text


def _key_of(token: str, site: Site) -> SignOnKey:
    kid = read_id(str(jwt.get_unverified_header(token).get("kid", "")))
    if kid is None:
        raise TokenRefused
    key = SignOnKey.objects.filter(pk=kid, site=site, is_enabled=True).first()
    if key is None or not key.is_strong:
        raise TokenRefused
    return key

"""Count failed proofs of identity, so that neither a password nor a code can be guessed.

Each try is counted before it is judged, by one statement that locks the row of its counter: of
tries sent at once, to however many processes, no more are judged than the limit allows. A right try
takes its count back. Nothing here needs Valkey.

A counter belongs to an address or, for a browser in which the account has signed in before, to the
two together (`accounts/web/known_browsers.py`). So a stranger's failures never keep the owner out
of such a browser, and a stolen cookie opens no more than one further counter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.models import GuessCounter, User
from accounts.states import Proof
from core.bounds import Bound, bounded
from core.errors import StrOrPromise, TooManyRequests
from core.statements import rows

_SALT = "accounts.guesses"
_NONE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many tries may fail one after the other, and how many in an hour and in a day."""

    consecutive: int = _NONE
    hour: int = _NONE
    day: int = _NONE


# NIST SP 800-63B-4 allows 100 consecutive failures of an account (section 3.2.2). A code has far
# fewer values than a password, so codes are limited by the hour and by the day, too. The odds that
# are left: "Guessing" in docs/security.md.
_CODES = Limits(consecutive=100, hour=10, day=30)
LIMITS: Mapping[Proof, Limits] = {
    Proof.PASSWORD: Limits(consecutive=100),
    Proof.SIGN_IN_CODE: _CODES,
    Proof.RESET_CODE: _CODES,
    Proof.ADDRESS_CODE: _CODES,
    Proof.CERTIFICATES_CODE: _CODES,
    Proof.SECOND_FACTOR: _CODES,
    Proof.ONE_CODE: Limits(consecutive=3),
    # A code of an app is the same again once in a million half-minutes.
    Proof.SPENT_CODE: Limits(hour=1),
    Proof.CODE_EMAIL: Limits(hour=10, day=20),
}

# A way in that is closed names another one.
_CLOSED: Mapping[Proof, StrOrPromise] = {
    Proof.PASSWORD: _(
        "There were too many wrong passwords. Sign in by a code that we e-mail, or choose a new "
        "password."
    ),
    Proof.SIGN_IN_CODE: _(
        "There were too many wrong codes. Sign in by the password, or choose a new password."
    ),
    Proof.RESET_CODE: _(
        "There were too many wrong codes. Ask for a new password once more and open the link in "
        "the e-mail."
    ),
    Proof.ADDRESS_CODE: _(
        "There were too many wrong codes for this address. Ask for a new password: the e-mail for "
        "it confirms the address, too."
    ),
    Proof.CERTIFICATES_CODE: _(
        "There were too many wrong codes for this address. Write to the editors: they can send you "
        "the document again."
    ),
    Proof.SECOND_FACTOR: _(
        "There were too many wrong codes. Use a passkey, or a browser in which you have signed in "
        "before. If you have neither, write to the editors."
    ),
    Proof.ONE_CODE: _("This code is no longer valid. Ask for a new one."),
}
_IN_AN_HOUR = _(
    "There were too many wrong codes. Try again in an hour, or in a browser in which you have "
    "signed in before."
)
_TOMORROW = _(
    "There were too many wrong codes. Try again tomorrow, or in a browser in which you have signed "
    "in before."
)
_EMAILS_IN_AN_HOUR = _(
    "We have sent many e-mails to this address. Use the newest one, or try again in an hour."
)
_EMAILS_TOMORROW = _(
    "We have sent many e-mails to this address. Use the newest one, or try again tomorrow."
)

WARNED_AFTER = 10  # failures of one account, over all its counters
WARNED_AGAIN_AFTER = timedelta(days=1)
# The owner's success resets `consecutive`, but not `in_day`; a slow attack shows in `consecutive`.
_SUM = Sum(Greatest("consecutive", "in_day"))
# Counters of addresses without an account protect nothing for long.
_KEPT_WITHOUT_ACCOUNT = timedelta(days=30)
_KEPT = timedelta(days=365)

NOT_WAYS_IN = frozenset({Proof.ONE_CODE, Proof.SPENT_CODE, Proof.CODE_EMAIL})

# ON CONFLICT locks the row and looks at its newest version, so parallel tries take turns.
_COUNT = """
    INSERT INTO accounts_guesscounter AS counter
           (key, proof, user_id, consecutive, hour_from, in_hour, day_from, in_day, last_at)
    VALUES (%(key)s, %(proof)s, (SELECT id FROM accounts_user WHERE email = %(email)s),
            1, %(now)s, 1, %(now)s, 1, %(now)s)
        ON CONFLICT (key) DO UPDATE SET
           user_id = excluded.user_id,
           consecutive = counter.consecutive + 1,
           hour_from = CASE WHEN counter.hour_from <= %(hour_ago)s
                            THEN %(now)s ELSE counter.hour_from END,
           in_hour = CASE WHEN counter.hour_from <= %(hour_ago)s
                          THEN 1 ELSE counter.in_hour + 1 END,
           day_from = CASE WHEN counter.day_from <= %(day_ago)s
                           THEN %(now)s ELSE counter.day_from END,
           in_day = CASE WHEN counter.day_from <= %(day_ago)s
                         THEN 1 ELSE counter.in_day + 1 END,
           last_at = %(now)s
     WHERE counter.consecutive < %(consecutive)s
       AND (counter.hour_from <= %(hour_ago)s OR counter.in_hour < %(hour)s)
       AND (counter.day_from <= %(day_ago)s OR counter.in_day < %(day)s)
 RETURNING id
"""

# Locked in one order, so that two successes at once never wait for each other. A password does not
# open the second factor of the account again, nor the tries of another code.
_FORGIVE = """
      WITH owned AS (
           SELECT id FROM accounts_guesscounter
            WHERE key = %(key)s
               OR (user_id = %(user)s::bigint AND consecutive > 0
                   AND proof <> ALL(%(excluded)s::text[]))
            ORDER BY id FOR UPDATE)
    UPDATE accounts_guesscounter AS counter
       SET consecutive = 0,
           in_hour = GREATEST(in_hour - (key = %(key)s)::int, 0),
           in_day = GREATEST(in_day - (key = %(key)s)::int, 0)
      FROM owned WHERE owned.id = counter.id
 RETURNING counter.id
"""


class TooManyTries(TooManyRequests):
    code = "too_many_tries"


class TooManyEmails(TooManyRequests):
    code = "too_many_emails"


@dataclass(frozen=True, slots=True)
class Try:
    """A try that has been counted and may be judged."""

    proof: Proof
    key: str
    email: str


def count_try(*, proof: Proof, email: str, counted_by: str, code: str = "") -> Try:
    """Count a try before it is judged; raise `TooManyTries` if it may not be.

    `counted_by` is the address, with the browser if the account knows it. `code` tells the code
    that is tried from all others; it need not be secret.
    """
    email = email.lower()
    if code:
        _count(Proof.ONE_CODE, f"{proof}:{email}:{code}", email="")
    return Try(proof, _count(proof, counted_by, email=email), email)


@bounded(code=Bound(100))
def spend_code(*, user: User, code: str) -> None:
    """Use up a right code of the second step; raise `TooManyTries` if it was used already.

    allauth remembers used codes in Valkey alone, so that they would count twice while it is down.
    """
    _count(Proof.SPENT_CODE, f"{user.pk}:{code}", email="")


def count_code_email(*, email: str, counted_by: str) -> None:
    """Count an e-mail that anybody can have sent to an address, whether it is registered or not.

    Raises `TooManyEmails`.
    """
    _count(Proof.CODE_EMAIL, counted_by, email=email.lower())


def forgive_tries(succeeded: Try) -> None:
    """Reset the count of consecutive failures: the owner of the account has come in."""
    owner = User.objects.filter(email=succeeded.email).values_list("pk", flat=True).first()
    _forgive(owner, succeeded.key, succeeded.proof)


def forgive_tries_of(user: User) -> None:
    """Reset the counts after a proof that cannot be guessed, such as the link of an e-mail."""
    _forgive(user.pk, "", Proof.RESET_CODE)


def is_closed(*, proof: Proof, counted_by: str) -> bool:
    """Return whether so many tries failed that this way in is closed."""
    counters = GuessCounter.objects.filter(key=_key(proof, counted_by))
    return counters.filter(consecutive__gte=LIMITS[proof].consecutive).exists()


def accounts_to_warn() -> list[int]:
    """Return the ids of the accounts with many failures whose owners were not warned lately."""
    now = timezone.now()
    by_account = _failures(now).filter(user__is_active=True).order_by().values("user_id")
    sums = by_account.annotate(failures=_SUM, last=Max("warned_at"))
    is_due = Q(last=None) | Q(last__lte=now - WARNED_AGAIN_AFTER)
    return list(sums.filter(is_due, failures__gte=WARNED_AFTER).values_list("user_id", flat=True))


@transaction.atomic(durable=True)
def warn_owner(*, user_id: int) -> None:
    """E-mail the owner about many failures, at most once a day."""
    user = User.objects.select_for_update().get(pk=user_id)
    now = timezone.now()
    last = user.guess_counters.aggregate(last=Max("warned_at"))["last"]
    if last is not None and last > now - WARNED_AGAIN_AFTER:
        return
    failures = _failures(now).filter(user=user).aggregate(sum=_SUM)["sum"] or 0
    if failures >= WARNED_AFTER and user.is_active:
        emails.guessing(user)
        user.guess_counters.update(warned_at=now)


def forget_old_tries() -> None:
    now = timezone.now()
    brief = Q(user=None) | Q(proof__in=NOT_WAYS_IN)
    old = Q(last_at__lt=now - _KEPT) | (brief & Q(last_at__lt=now - _KEPT_WITHOUT_ACCOUNT))
    GuessCounter.objects.filter(old).delete()


def _count(proof: Proof, counted_by: str, *, email: str) -> str:
    now, limits, key = timezone.now(), LIMITS[proof], _key(proof, counted_by)
    values = {
        "key": key,
        "proof": proof.value,
        "email": email,
        "now": now,
        "hour_ago": now - timedelta(hours=1),
        "day_ago": now - timedelta(days=1),
        "consecutive": limits.consecutive,
        "hour": limits.hour,
        "day": limits.day,
    }
    if not rows(_COUNT, values):
        raise _refusal(proof, GuessCounter.objects.get(key=key), now)
    return key


def _refusal(proof: Proof, counter: GuessCounter, now: datetime) -> TooManyRequests:
    limits = LIMITS[proof]
    is_days = counter.in_day >= limits.day and counter.day_from > now - timedelta(days=1)
    if proof == Proof.CODE_EMAIL:
        return TooManyEmails(_EMAILS_TOMORROW if is_days else _EMAILS_IN_AN_HOUR)
    if counter.consecutive >= limits.consecutive:
        return TooManyTries(_CLOSED[proof])
    return TooManyTries(_TOMORROW if is_days else _IN_AN_HOUR)


def _forgive(owner_id: int | None, key: str, proof: Proof) -> None:
    excluded_proofs = {proof.value for proof in NOT_WAYS_IN}
    if proof != Proof.SECOND_FACTOR:
        excluded_proofs.add(Proof.SECOND_FACTOR.value)
    rows(_FORGIVE, {"key": key, "user": owner_id, "excluded": sorted(excluded_proofs)})


def _failures(now: datetime) -> QuerySet[GuessCounter]:
    """Return the counters of ways in that accounts have failed at in the last day."""
    counters = GuessCounter.objects.filter(user__isnull=False, last_at__gt=now - timedelta(days=1))
    return counters.exclude(proof__in=NOT_WAYS_IN)


def _key(proof: Proof, counted_by: str) -> str:
    return salted_hmac(_SALT, f"{proof}:{counted_by}", algorithm="sha256").hexdigest()

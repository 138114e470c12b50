"""Every e-mail about an account: a function here and its template in `accounts/emails/`.

The worker renders them, not the request: rendering takes a different time for each, and would tell
a stranger whether an address has an account. So a template gets strings alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role, User
from core import mail
from core.languages import moment
from core.mail.queue import TRIED_FOR
from core.models import Site

# As long as allauth accepts a code.
CODE_LASTS = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def from_allauth(
    template_prefix: str, *, to: str, site: Site, language: str, context: Mapping[str, str]
) -> None:
    """Queue the e-mail that allauth asks for, from the template named like allauth's own."""
    _enqueue(template_prefix.rpartition("/")[2], to, site, language, context)


def role_granted(role: Role, *, until: datetime | None) -> None:
    """`until`: when the role stops working unless the person has a second factor by then."""
    if until is None:
        _about_role("role_granted", role)
    else:
        _about_role("role_granted_until", role, until)


def role_taken(role: Role) -> None:
    _about_role("role_taken", role)


def second_factor_due(role: Role, *, until: datetime) -> None:
    _about_role("second_step_due", role, until)


def export_ready(user: User, *, until: datetime) -> None:
    """`until`: when the file is deleted."""
    _about_data("export_ready", user, until)


def erasure_requested(user: User, *, due: datetime) -> None:
    _about_data("erasure_requested", user, due)


def erased(user: User) -> None:
    _about_data("erased", user, None)


def guessing(user: User) -> None:
    """Warn the owner about repeated wrong passwords or codes for the account."""
    _about_data("guessing", user, None, page="mfa_index")


def second_factor_removed(user: User) -> None:
    """Tell the owner that a superuser has removed the second steps that they had lost."""
    _about_data("second_factor_removed", user, None, page="mfa_index")


def in_words(at: datetime) -> str:
    """A moment in the active language, by the active clock."""
    return moment(at)


def password_reset_url(email: str) -> str:
    """The page that sends a code for a new password, with the address filled in."""
    return f"{settings.BASE_URL}{reverse('account_reset_password')}?{urlencode({'email': email})}"


def password_reset_link(token: str) -> str:
    """The page that lets its reader choose a new password; `token` is of `reset_link_token`."""
    return f"{settings.BASE_URL}{reverse('accounts:reset-link')}?{urlencode({'token': token})}"


def undo_email_change_url(token: str) -> str:
    """The page that gives an account its former address back; `token` is of `undo_token`."""
    return (
        f"{settings.BASE_URL}{reverse('accounts:undo-email-change')}?{urlencode({'token': token})}"
    )


def _about_role(name: str, role: Role, until: datetime | None = None) -> None:
    with translation.override(role.user.language), timezone.override(role.site.clock):
        context = {
            "role": str(Role.Name(role.name).label),
            "url": settings.BASE_URL + reverse("mfa_index"),
            "until": in_words(until) if until else "",
        }
    _enqueue(name, role.user.email, role.site, role.user.language, context)


def _about_data(
    name: str, user: User, until: datetime | None, *, page: str = "accounts:own-data"
) -> None:
    # An account belongs to no publication, so these come from the first one.
    site = Site.objects.order_by("id").first()
    if site is None:
        return
    with translation.override(user.language), timezone.override(site.clock):
        context = {
            "until": in_words(until) if until else "",
            "url": settings.BASE_URL + reverse(page),
        }
    _enqueue(name, user.email, site, user.language, context)


def _enqueue(name: str, to: str, site: Site, language: str, context: Mapping[str, str]) -> None:
    lapses = "code" in context or name == "password_reset_link"
    mail.enqueue_template(
        to=to,
        site=site,
        language=language,
        template=f"accounts/emails/{name}.html",
        context=context,
        # An e-mail with an expired code would only confuse, so it is dropped and not sent late.
        options=mail.Options(useful_for=CODE_LASTS if lapses else TRIED_FOR),
    )

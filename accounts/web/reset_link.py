"""A link for a new password, e-mailed instead of a code where too many codes were wrong.

It cannot be guessed, so it needs no limit, and no stranger can close this way in.
"""

from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django.core import signing
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.emails import CODE_LASTS
from accounts.models import User
from core.errors import Conflict
from core.web.http import HttpRequest

_SALT = "accounts.reset-link"


class LinkLapsed(Conflict):
    code = "link_lapsed"
    title = _("This link is no longer valid")


def reset_link_token(user: User) -> str:
    """Return a token that lapses with `CODE_LASTS`, and with the password that it replaces."""
    return signing.dumps({"user": user.pk, "email": user.email, "of": _digest(user)}, salt=_SALT)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_link(request: HttpRequest) -> HttpResponse:
    """GET only asks: mail programs and scanners open links by themselves."""
    token = request.POST.get("token") or request.GET.get("token", "")
    user, email = _read(token)
    if request.method != "POST":
        return render(request, "accounts/reset_link.html", {"token": token, "email": email})
    _begin(request, user, email)
    return redirect("account_complete_password_reset")


def _begin(request: DjangoHttpRequest, user: User, email: str) -> None:
    state = PasswordResetVerificationProcess.initial_state(user, email)
    PasswordResetVerificationProcess(request, state=state, user=user).confirm_code()


def _read(token: str) -> tuple[User, str]:
    try:
        proof = signing.loads(token, salt=_SALT, max_age=CODE_LASTS)
    except signing.BadSignature as error:
        raise LinkLapsed(_("Ask for a new password once more.")) from error
    user = User.objects.filter(pk=proof["user"], email=proof["email"], is_active=True).first()
    if user is None or proof["of"] != _digest(user):
        raise LinkLapsed(_("Ask for a new password once more."))
    return user, proof["email"]


def _digest(user: User) -> str:
    return salted_hmac(_SALT, user.password, algorithm="sha256").hexdigest()[:16]

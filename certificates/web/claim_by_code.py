"""List certificates for a person without an account, who proves an e-mail address by a code."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import TooManyTries, count_try, forgive_tries
from accounts.models import User
from accounts.states import Proof
from certificates import limits, listings
from certificates.delivery.claim_by_code import send_code, take_certificate
from certificates.permissions import access_certificate_by_email, require_applicant
from core import email_addresses
from core.errors import StrOrPromise
from core.web.http import HttpRequest

_KEY = "certificates:claim"
_MINUTES_FOR_CODE = 10
_MINUTES_TO_LOOK = 60
# Three guesses of eight digits: see "Guessing" in docs/security.md.
_TRIES = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_code(request: HttpRequest) -> HttpResponse:
    """Send a code. The page is the same for unknown addresses, so it reveals nothing."""
    if request.method != "POST":
        return render(request, "certificates/claim.html")
    email = email_addresses.normalise(request.POST.get("email", ""))
    try:
        email_addresses.check(email)
    except ValidationError as error:
        context = {"email": email, "fault": error.messages[0]}
        return render(request, "certificates/claim.html", context, status=422)
    limits.count_code_email(request.ip, email)
    code = send_code(site=request.site, email=email, language=get_language() or "ru")
    request.session[_KEY] = {
        "email": email,
        # Sessions are rows of the database, so only a keyed digest of the code is stored. The
        # digest of nothing matches no code, and the page is the same as for a known address.
        "code": _digest(code),
        "tries": 0,
        "until": time.time() + _MINUTES_FOR_CODE * 60,
    }
    return redirect("certificates:claimed")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    claim = _current(request)
    if claim is None:
        return redirect("certificates:claim")
    if request.method == "POST":
        # Requests sent at once count each other's tries, so that no more than three are judged.
        with request.session.alone():
            return _check_code(request)
    if claim.get("proved"):
        return _list(request, claim["email"])
    return render(request, "certificates/claim_code.html", {"email": claim["email"]})


def _current(request: HttpRequest) -> dict[str, Any] | None:
    claim: dict[str, Any] | None = request.session.get(_KEY)
    if claim is None or claim["until"] < time.time():
        request.session.pop(_KEY, None)
        return None
    return claim


def _check_code(request: HttpRequest) -> HttpResponse:
    claim = _current(request)
    if claim is None:
        return redirect("certificates:claim")
    if claim.get("proved"):
        return redirect("certificates:claimed")
    email = claim["email"]
    try:
        counted = count_try(
            proof=Proof.CERTIFICATES_CODE,
            email=email,
            # The part before the @ is kept as typed. In capitals it is still the same address.
            counted_by=email.lower(),
            # The session that is read here may be older than a wrong try; the count is not.
            code=f"{claim['until']}:{claim['code']}",
        )
    except TooManyTries as refused:
        return _refuse(request, email, refused.detail, is_void=True)
    # People copy codes with spaces around or inside.
    typed = "".join(filter(str.isdecimal, request.POST.get("code", "")))
    if typed and claim["code"] and constant_time_compare(claim["code"], _digest(typed)):
        forgive_tries(counted)
        until = time.time() + _MINUTES_TO_LOOK * 60
        request.session[_KEY] = {"email": email, "proved": True, "until": until}
        return redirect("certificates:claimed")
    tries = claim["tries"] + 1
    request.session[_KEY] = {**claim, "tries": tries, "code": claim["code"] if _may(tries) else ""}
    fault = _("The code is wrong.") if _may(tries) else _("The code is void: ask for a new one.")
    return _refuse(request, email, fault, is_void=not _may(tries))


def _refuse(
    request: HttpRequest, email: str, fault: StrOrPromise, *, is_void: bool
) -> HttpResponse:
    context = {"email": email, "fault": fault, "is_void": is_void}
    return render(request, "certificates/claim_code.html", context, status=422)


def _may(tries: int) -> bool:
    return tries < _TRIES


def _digest(code: str) -> str:
    return salted_hmac(_KEY, code, algorithm="sha256").hexdigest()


@never_cache
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Put a certificate of the list into the person's account, where they can correct it."""
    claim = _current(request)
    if claim is None or not claim.get("proved"):
        return redirect("certificates:claim")
    if not isinstance(request.user, User):
        # The session keeps the proof, so that the list is still open after signing in.
        return redirect_to_login(reverse("certificates:claimed"))
    holder = require_applicant(request.user, request.site)
    certificate = access_certificate_by_email(request.site, number, claim["email"])
    take_certificate(certificate=certificate, holder=holder)
    messages.success(request, _("The certificate is in your account now."))
    return redirect("certificates:certificate", number=certificate.number)


def _list(request: HttpRequest, email: str) -> HttpResponse:
    rows = listings.certificates_sent_to(request.site, email)
    context = {"email": email, "certificates": rows}
    return render(request, "certificates/claimed.html", context)

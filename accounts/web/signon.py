"""The door for those who come from an existing site with a signed token."""

from dataclasses import asdict

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.utils import get_next_redirect_url, perform_login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.actions import AddressTaken, signon
from accounts.actions.signon import Arrival
from accounts.models import User
from accounts.web.fields import RegistrationFields, refused_form
from accounts.web.pending import PendingRegistration
from accounts.web.person import account_holder, posted
from accounts.web.proof import sign_in_or_proof
from core.errors import InvalidInput
from core.web.http import HttpRequest

_KEY = "accounts_arrival"
_NEXT = "accounts_arrival_next"
# What a session knows of an arrival.
ARRIVAL = (_KEY, _NEXT)


@never_cache
def sign_on(request: HttpRequest) -> HttpResponse:
    """Sign a person in by a token from the other site. GET only asks for confirmation, so that link
    scanners do not redeem tokens and no one is signed in without noticing."""
    token = request.POST.get("token") or request.GET.get("token", "")
    if request.method != "POST":
        key, claims = signon.read_token(token, request.site)
        context = {"token": token, "key": key, "claims": claims, "next": _next(request)}
        return render(request, "accounts/sign_on.html", context)
    arrival = signon.accept_token(token=token, site=request.site)
    person = signon.person_arrived(arrival)
    if person is not None:
        return _enter(request, person)
    # In the session of this browser, because the token is used up and a form field could be forged.
    request.session[_KEY] = asdict(arrival) | {"user_id": None}
    request.session[_NEXT] = _next(request)
    return redirect("accounts:sign-on-new")


def sign_on_new(request: HttpRequest) -> HttpResponse:
    """Offer a person without a linked account to register or to link an existing account."""
    arrival = _arrival(request)
    if arrival is None:
        return redirect("account_login")
    form = RegistrationFields(posted(request), initial={"display_name": arrival.name})
    if request.method == "POST" and form.is_valid():
        try:
            return _register(request, form, arrival)
        except InvalidInput as refused:
            refused_form(form, refused)
    return render(request, "accounts/sign_on_new.html", {"form": form, "arrival": arrival})


@login_required
def sign_on_tie(request: HttpRequest) -> HttpResponse:
    # Before anything else, so that the answer tells nothing of an arrival to a borrowed session.
    proof = sign_in_or_proof(request) if request.method == "POST" else None
    arrival = _arrival(request)
    if arrival is None:
        return redirect("/")
    if proof is not None:
        signon.tie(user=account_holder(request), arrival=arrival, proof=proof)
        del request.session[_KEY]
        return redirect(request.session.pop(_NEXT, "") or "/")
    return render(request, "accounts/sign_on_tie.html", {"arrival": arrival})


def tie_confirmed(request: DjangoHttpRequest, user: User) -> None:
    """The address of a new account was confirmed by its code, in the session that made it."""
    stored = request.session.get(_KEY)
    # Compared, because another account may have signed in within the same session. Where the owner
    # of the address has begun afresh, in the same browser, the arrival was a stranger's.
    if stored and stored["user_id"] == user.pk and not user.is_unnamed:
        signon.tie_confirmed(user=user, arrival=Arrival(**stored))
        del request.session[_KEY]


def claim_arrival(request: DjangoHttpRequest, user: User) -> None:
    """From now on who came waits for this account's address to be confirmed."""
    if stored := request.session.get(_KEY):
        request.session[_KEY] = stored | {"user_id": user.pk}


def _register(request: HttpRequest, form: RegistrationFields, arrival: Arrival) -> HttpResponse:
    if signon.is_taken(arrival):
        return _seem_to_register(request, form, arrival)
    name = form.cleaned_data["display_name"]
    user = User(email=arrival.email, display_name=name, language=get_language() or "ru")
    user.set_unusable_password()
    try:
        signon.register_arrival(
            user=user, arrival=arrival, agreement=form.agreement(request, "sign-on")
        )
    except AddressTaken:
        return _seem_to_register(request, form, arrival)
    claim_arrival(request, user)
    return _enter(request, user, request.session.pop(_NEXT, ""))


def _seem_to_register(
    request: HttpRequest, form: RegistrationFields, arrival: Arrival
) -> HttpResponse:
    """Reveal an existing account only if the other site vouches for the address; else imitate a
    registration."""
    if arrival.is_vouched:
        return redirect(f"{reverse('account_login')}?next={reverse('accounts:sign-on-tie')}")
    registration = PendingRegistration(
        display_name=form.cleaned_data["display_name"],
        password=make_password(None),
        return_to=request.session.pop(_NEXT, ""),
        is_arrival=True,
    )
    PendingRegistration.begin(request, registration, form.agreement(request, "sign-on"))
    seeming: HttpResponse = prevent_enumeration(request, email=arrival.email)
    return seeming


def _enter(request: HttpRequest, user: User, url: str = "") -> HttpResponse:
    """Through allauth's stages: the code of the address, the second step."""
    record_authentication(request, user, method="sign_on")
    response: HttpResponse = perform_login(
        request, user, email=user.email, redirect_url=url or _next(request) or "/"
    )
    return response


def _arrival(request: HttpRequest) -> Arrival | None:
    stored = request.session.get(_KEY)
    return Arrival(**stored) if stored else None


def _next(request: HttpRequest) -> str:
    return get_next_redirect_url(request) or ""

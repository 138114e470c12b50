"""The page where a person gives and withdraws each consent separately."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.actions import (
    ConsentSource,
    ConsentStatus,
    answer_consents,
    consent_statuses,
    current_texts,
    rename,
)
from accounts.models import ConsentText, User
from accounts.permissions import access_consent_text
from accounts.web.fields import DisplayNameField, consent_field, refused_form
from accounts.web.person import account_holder, posted
from core.errors import InvalidInput
from core.models import Site
from core.web.http import HttpRequest

_SESSION_KEY = "accounts_consents_answered"
# Pages that a person needs in order to answer, to leave or to sign in, and requests of programs,
# which could not follow a redirect to a form.
_UNASKED = ("/accounts/", "/admin/", "/api/", "/_allauth/", "/static/", "/i18n/", "/identity/")


class ConsentForm(forms.Form):
    def __init__(self, statuses: list[ConsentStatus], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.texts = {f"consent_{status.text.purpose}": status.text for status in statuses}
        for status in statuses:
            name = f"consent_{status.text.purpose}"
            self.fields[name] = consent_field(status.text, initial=status.is_given)

    def answers(self) -> tuple[list[ConsentText], list[ConsentText]]:
        """Those given and those refused."""
        given = [text for name, text in self.texts.items() if self.cleaned_data[name]]
        return given, [text for text in self.texts.values() if text not in given]


class NewOwnerForm(ConsentForm):
    """Asks what registration asks, after `restart_registration`."""

    display_name = DisplayNameField(
        label=_("Name shown under your comments"),
        help_text=_("Your real name or an invented one. It must not look like another person's."),
    )


@require_safe
def consent_text(request: HttpRequest, text_id: int) -> HttpResponse:
    return render(request, "accounts/consent_text.html", {"text": access_consent_text(text_id)})


@login_required
def consents(request: HttpRequest) -> HttpResponse:
    """All of them; a required one cannot be unticked here: the page leads to erasure instead."""
    user = account_holder(request)
    form = ConsentForm(consent_statuses(user, request.site), posted(request))
    if request.method == "POST" and form.is_valid():
        _answer(request, user, form, "consents page")
        return redirect("accounts:consents")
    records = user.consents.select_related("text").order_by("-id")
    return render(request, "accounts/consents.html", {"form": form, "records": records})


@login_required
def new_consents(request: HttpRequest) -> HttpResponse:
    user = account_holder(request)
    if user.is_unnamed:
        return _welcome(request, user)
    new_statuses = [status for status in consent_statuses(user, request.site) if status.is_asked]
    form = ConsentForm(new_statuses, posted(request))
    back = _safe_next(request)
    if not new_statuses:
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        _answer(request, user, form, "new version")
        return redirect(back)
    return render(request, "accounts/new_consents.html", {"form": form, "next": back})


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for name and consents, because those of the registration may be a stranger's."""
    form = NewOwnerForm(consent_statuses(user, request.site), posted(request))
    back = _safe_next(request)
    if request.method == "POST" and form.is_valid():
        try:
            rename(user=user, name=form.cleaned_data["display_name"])
        except InvalidInput as refused:
            refused_form(form, refused)
        else:
            _answer(request, user, form, "registration")
            return redirect(back)
    return render(request, "accounts/new_owner.html", {"form": form, "next": back})


def ask_new_consents(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """At the next page that a person opens. What they are sending goes through unharmed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_page(request) and request.user.is_authenticated and _is_asked(request):
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('accounts:new-consents')}?{query}")
        return get_response(request)

    return middleware


def _is_page(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and not request.htmx
        and not request.path.startswith(_UNASKED)
        and "text/html" in request.headers.get("Accept", "")
    )


def _is_asked(request: HttpRequest) -> bool:
    """Looks into the ledger only when a text was published since the session last asked it."""
    if account_holder(request).is_unnamed:
        return True
    newest = _newest(request.site)
    if request.session.get(_SESSION_KEY) == newest:
        return False
    if any(status.is_asked for status in consent_statuses(account_holder(request), request.site)):
        return True
    # Saved, so that the ledger is read once per session and published text, and not at every page.
    request.session[_SESSION_KEY] = newest
    return False


def _newest(site: Site) -> int:
    return max((text.pk for text in current_texts(site)), default=0)


def _answer(request: HttpRequest, user: User, form: ConsentForm, act: str) -> None:
    given, refused = form.answers()
    source = ConsentSource(act, request.ip)
    answer_consents(user=user, given=given, refused=refused, source=source)
    # A withdrawn required consent must be asked for again at the next page.
    request.session.pop(_SESSION_KEY, None)


def _safe_next(request: HttpRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or "/"
    # An open redirect would let a link with our host lead to a phishing page.
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    # `redirect` takes a text without a slash for the name of a view.
    return url if safe and "/" in url else "/"

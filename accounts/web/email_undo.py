"""The page behind the link in the e-mail to a former address."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions import read_undo_token, undo_email_change
from core.web.http import HttpRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo_change(request: HttpRequest) -> HttpResponse:
    """GET only asks: mail programs and scanners open links by themselves."""
    token = request.POST.get("token") or request.GET.get("token", "")
    change, former = read_undo_token(token)
    if request.method != "POST":
        return render(request, "accounts/email_undo.html", {"token": token, "former": former})
    replaced = change.user.email
    user = undo_email_change(change=change, former=former)
    if replaced != former:
        # The link may have been used by a stranger who reads the old mail, so the owner of the
        # newer address must know.
        get_adapter(request).send_notification_mail(
            "accounts/email_returned",
            user,
            {"from_email": replaced, "to_email": former},
            email=replaced,
        )
    messages.success(
        request,
        gettext("The address is returned, and all sessions have ended. Now choose a new password."),
    )
    return redirect(f"{reverse('account_reset_password')}?{urlencode({'email': former})}")

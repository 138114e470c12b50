"""Stricter than allauth where this installation is what other sites sign in by (RFC 9700)."""

import hashlib
import json
from http import HTTPStatus
from urllib.parse import urlparse

from allauth.idp.oidc import views
from allauth.idp.oidc.internal.clientkit import is_loopback, lookup_client
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions import revoke_other_site
from accounts.web.person import account_holder
from core.web.http import HttpRequest

# Longer than a code lives (`AUTHORIZATION_CODE_EXPIRES_IN`).
_CODES_REMEMBERED = 600  # seconds


class AuthorizationView(views.AuthorizationView):
    """Takes registered addresses alone, compared as text, and asks every site for PKCE."""

    def get(self, request: DjangoHttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        fault = _fault(request)
        response: HttpResponse
        if fault:
            response = render(request, "idp/oidc/error.html", {"error": fault}, status=400)
        else:
            response = super().get(request, *args, **kwargs)
        return response


def _fault(request: DjangoHttpRequest) -> str:
    query = request.GET
    # Which of two values counts would depend on who reads them.
    if any(len(values) > 1 for _name, values in query.lists()):
        return "A parameter is there twice."
    client = lookup_client(query.get("client_id", ""))
    if client is not None and not _is_registered(query.get("redirect_uri", ""), client):
        return "The redirect_uri is not registered."
    if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
        return "The code_challenge of PKCE with the method S256 is missing."
    return ""


def _is_registered(url: str, client: Client) -> bool:
    registered = client.get_redirect_uris()
    # A program on the person's own computer gets another port each time (RFC 8252, 7.3); allauth
    # compares the rest.
    return url in registered or any(map(_is_of_this_computer, registered))


def _is_of_this_computer(url: str) -> bool:
    return bool(is_loopback(urlparse(url)))


class TokenView(views.TokenView):
    """Exchanges a code once, even when two requests send it at the same moment.

    When a code is sent again, the tokens issued for it are deleted. A chain of refresh tokens ends
    when its first token would have ended.
    """

    @transaction.atomic
    def post(self, request: DjangoHttpRequest) -> HttpResponse:
        match request.POST.get("grant_type"):
            case Client.GrantType.AUTHORIZATION_CODE:
                return self._exchange(request, request.POST.get("code", ""))
            case Client.GrantType.REFRESH_TOKEN:
                return self._refresh(request, request.POST.get("refresh_token", ""))
        response: HttpResponse = super().post(request)
        return response

    def _exchange(self, request: DjangoHttpRequest, code: str) -> HttpResponse:
        key = f"other-sites:code:{hashlib.sha256(code.encode()).hexdigest()}"
        if not cache.add(key, [], timeout=_CODES_REMEMBERED):
            Token.objects.filter(hash__in=cache.get(key) or []).delete()
            return JsonResponse({"error": "invalid_grant"}, status=HTTPStatus.BAD_REQUEST)
        response: HttpResponse = super().post(request)
        issued = [Token.objects.by_value(value).get().hash for value in _tokens_in(response)]
        cache.set(key, issued, timeout=_CODES_REMEMBERED)
        return response

    def _refresh(self, request: DjangoHttpRequest, former: str) -> HttpResponse:
        replaced = Token.objects.lookup(Token.Type.REFRESH_TOKEN, former)
        response: HttpResponse = super().post(request)
        if replaced is not None:
            for value in _tokens_in(response):
                renewed = Token.objects.by_value(value).filter(type=Token.Type.REFRESH_TOKEN)
                renewed.update(expires_at=replaced.expires_at)
        return response


def _tokens_in(response: HttpResponse) -> list[str]:
    if response.status_code != HTTPStatus.OK:
        return []
    content = json.loads(response.content)
    return [content[name] for name in ("access_token", "refresh_token") if name in content]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def other_sites(request: HttpRequest) -> HttpResponse:
    """The sites that may ask who the person is, and a button that ends it."""
    user = account_holder(request)
    if request.method == "POST":
        revoke_other_site(user=user, client_id=request.POST.get("client", ""))
        return redirect("accounts:other-sites")
    sites = Client.objects.filter(token__in=Token.objects.valid().filter(user=user)).distinct()
    return render(request, "accounts/other_sites.html", {"sites": sites.order_by("name")})

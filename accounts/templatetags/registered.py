from urllib.parse import urlencode

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.permissions import Permission, can
from core.web.http import HttpRequest

register = template.Library()


@register.tag("registered_only")
def registered_only(parser: Parser, _token: Token) -> "RegisteredOnlyNode":
    """`{% registered_only %}…{% endregistered_only %}`: the block, or an invitation to sign in.

    A stranger's page never renders the block, so nothing in it can leak.
    """
    nodelist = parser.parse(("endregistered_only",))
    parser.delete_first_token()
    return RegisteredOnlyNode(nodelist)


class RegisteredOnlyNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        request: HttpRequest = context["request"]
        if can(request.user, Permission.READ_REGISTERED, request.site):
            return self.nodelist.render(context)
        return render_to_string(
            "accounts/registered_only.html",
            {
                "login_url": _returning("account_login", request),
                "signup_url": _returning("account_signup", request),
            },
            request,
        )


def _returning(name: str, request: HttpRequest) -> str:
    """The address of an entrance that leads back to the page the person sees."""
    here = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    return f"{reverse(name)}?{urlencode({'next': here})}"

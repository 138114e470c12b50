"""Pages whose form ends at another site."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.http import HttpResponse

from core.web.http import HttpRequest

_PROVIDERS = ("vk", "yandex", "google", "openid_connect")
_LEADING_ELSEWHERE = {f"{name}_login" for name in _PROVIDERS} | {"authorize-site"}
_form_may_lead_anywhere = csp_replace({"form-action": None})


def forms_that_lead_elsewhere(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Relax `form-action` on pages whose forms lead to another site, in either direction of
    sign-in.

    Browsers apply `form-action` to every redirect after a form, and we cannot know the redirects
    on the other site.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.resolver_match and request.resolver_match.view_name in _LEADING_ELSEWHERE:
            _form_may_lead_anywhere(lambda _request: response)(request)
        return response

    return middleware

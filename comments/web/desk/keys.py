from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actions import set_shortcuts
from comments.permissions import access_desk
from core.web.doors import posted_from
from core.web.http import HttpRequest


@posted_from("comments:desk")
def keys(request: HttpRequest) -> HttpResponse:
    """Switch the single-key shortcuts of the desk on or off for the editor."""
    editor = access_desk(request.user, request.site)
    set_shortcuts(user=editor, uses_shortcuts=request.POST.get("uses_shortcuts") == "on")
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    # Not by `redirect`, which would look up a page without a slash as the name of a view.
    return HttpResponseRedirect(page) if is_ours else redirect("comments:desk")

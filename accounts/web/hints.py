from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.domains import correction_of
from core.web.http import HttpRequest


@require_safe
def address_hint(request: HttpRequest) -> HttpResponse:
    """Return a fragment with the correction of a typed e-mail address, or an empty one."""
    return render(
        request,
        "accounts/address_hint.html",
        {"correction": correction_of(request.GET.get("email", "")), "field_id": "id_email"},
    )

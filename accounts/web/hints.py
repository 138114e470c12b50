from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.domains import correction_of
from core.web.http import HttpRequest


@require_GET
def address_hint(request: HttpRequest) -> HttpResponse:
    """The correction of one address field, as it is typed: a fragment, empty if there is none."""
    return render(
        request,
        "accounts/address_hint.html",
        {"correction": correction_of(request.GET.get("email", "")), "field_id": "id_email"},
    )

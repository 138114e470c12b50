"""Show registrars the templates in use. Administrators edit them in the administration."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.permissions import can_open_administration
from certificates import listings
from certificates.document_templates import render_checks
from certificates.issuing import designs, keys
from certificates.permissions import access_template, require_template_reader
from core.errors import NotFound
from core.web.http import HttpRequest


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    require_template_reader(request.user, request.site)
    can_edit = can_open_administration(request.user, request.site)
    context = {
        "templates": listings.usable_templates(request.site).prefetch_related("programmes"),
        "languages": render_checks.LANGUAGES,
        "can_edit": can_edit,
        "seals": keys.seal_setup() if can_edit else None,
    }
    return render(request, "certificates/registrar/templates.html", context)


@require_safe
def sample_image(request: HttpRequest, template_id: int, language: str) -> HttpResponse:
    """The version in use, filled in with a typical sample."""
    version = access_template(request.user, request.site, template_id).active
    if version is None or language not in render_checks.LANGUAGES:
        raise NotFound
    drawn = render_checks.sample_image(version, designs.design_of(version), language)
    response = HttpResponse(drawn, content_type="image/png")
    # A minute only, because the URL stays the same when another version is put to use.
    patch_cache_control(response, private=True, max_age=60)
    return response

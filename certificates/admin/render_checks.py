"""The render check of a template version, and its activation."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.admin.labels import labelled_case
from certificates.document_templates import actions, render_checks
from certificates.models import TemplateVersion
from certificates.permissions import access_template_version_for_update, require_template_editor
from certificates.states import RenderCheckStatus
from core.errors import Conflict, NotFound
from core.web.http import HttpRequest


def render_check_context(version: TemplateVersion) -> dict[str, Any]:
    """Return the newest check, unless the version was changed after it."""
    # A check of an earlier text proves nothing about this one.
    newest = version.render_checks.filter(digest=version.digest).first()
    if newest is None:
        return {"version": version, "check": None}
    oldest_valid = timezone.now() - actions.CHECK_IS_VALID_FOR
    is_valid = newest.finished_at is not None and newest.finished_at > oldest_valid
    return {
        "version": version,
        "check": newest,
        "cases": [labelled_case(case) for case in newest.cases],
        "is_passed": newest.status == RenderCheckStatus.PASSED,
        "can_be_activated": is_valid
        and newest.status == RenderCheckStatus.PASSED
        and version.is_draft,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def render_check(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    """Show the panel. The page polls it while the check is running."""
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    if request.method == "POST":
        administrator = require_template_editor(request.user, request.site)
        actions.request_render_check(version=version, actor=administrator)
        if not request.htmx:
            return redirect("admin:certificates_template_version", template_id, number)
    context = render_check_context(version)
    return render(request, "admin/certificates/templates/render_check.html", context)


@require_safe
def case_image(request: HttpRequest, template_id: int, number: int, position: int) -> HttpResponse:
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    check = version.render_checks.filter(digest=version.digest).first()
    png = render_checks.case_image(check, position) if check else None
    if png is None:
        raise NotFound
    # The case may show a holder's name, so a browser must not keep it.
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "no-store"})


@require_POST
def activate(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    administrator = require_template_editor(request.user, request.site)
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    try:
        actions.activate_version(version=version, actor=administrator)
    except Conflict as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This version is in use now. New documents are made with it."))
    return redirect("admin:certificates_template_version", template_id, number)

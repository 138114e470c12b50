"""The trial of a version against the longest past data, and its activation."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates.admin.labels import tried
from certificates.document_templates import actions, render_checks
from certificates.models import TemplateVersion
from certificates.permissions import access_template_version_to_edit, require_template_editor
from certificates.states import TrialState
from core.errors import Conflict, NotFound
from core.web.http import HttpRequest


def trial_context(version: TemplateVersion) -> dict[str, Any]:
    """Of the newest trial, if it was of what the version is now."""
    found = version.trials.filter(digest=version.digest).first()
    if found is None:
        return {"version": version, "trial": None}
    fresh = found.finished_at is not None and found.finished_at > timezone.now() - actions.FRESH
    return {
        "version": version,
        "trial": found,
        "cases": [tried(case) for case in found.cases],
        "is_passed": found.state == TrialState.PASSED,
        "may_be_activated": fresh and found.state == TrialState.PASSED and version.is_draft,
    }


@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    """The panel: asked for again and again while the trial runs."""
    version = access_template_version_to_edit(request.user, request.site, template_id, number)
    if request.method == "POST":
        actions.ask_for_trial(version=version)
        if not request.htmx:
            return redirect("admin:certificates_template_version", template_id, number)
    context = trial_context(version)
    return render(request, "admin/certificates/templates/trial.html", context)


@require_GET
def picture(request: HttpRequest, template_id: int, number: int, position: int) -> HttpResponse:
    version = access_template_version_to_edit(request.user, request.site, template_id, number)
    found = version.trials.filter(digest=version.digest).first()
    drawn = render_checks.picture(found, position) if found else None
    if drawn is None:
        raise NotFound
    return HttpResponse(drawn, content_type="image/png", headers={"Cache-Control": "no-store"})


@require_POST
def activation(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    administrator = require_template_editor(request.user, request.site)
    version = access_template_version_to_edit(request.user, request.site, template_id, number)
    try:
        actions.activate_version(version=version, actor=administrator)
    except Conflict as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("In use: documents are made by this version from now on."))
    return redirect("admin:certificates_template_version", template_id, number)

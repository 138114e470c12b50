"""The house rules: their versions, the draft of the next one, and what differs between two."""

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comments import actions
from comments.house_rules.rulebook import DraftChanged
from comments.permissions import access_rulebook_draft, access_rulebook_versions
from comments.rule_texts import compare
from comments.web.desk.comparing import View, compared_rules
from comments.web.desk.rules import RuleForm, RuleFormSet, rules_of, shown_rules
from core.errors import DomainError, InvalidInput, NotFound
from core.inputs import read_id
from core.web.doors import posted_from
from core.web.http import HttpRequest
from core.web.inputs import LARGE, takes_body


@require_safe
def rulebook(request: HttpRequest) -> HttpResponse:
    versions = access_rulebook_versions(request.user, request.site)
    draft, _editor = access_rulebook_draft(request.user, request.site)
    return render(request, "comments/desk/rulebook.html", {"versions": versions, "draft": draft})


@takes_body(LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    draft, editor = access_rulebook_draft(request.user, request.site)
    if request.method != "POST":
        forms = RuleFormSet(initial=shown_rules(draft.rules))
        return _draft_page(request, forms, draft.edition)
    forms = RuleFormSet(request.POST)
    edition = _edition(request)
    if not forms.is_valid():
        return _draft_page(request, forms, edition, status=422)
    try:
        actions.save_draft(site=request.site, rules=rules_of(forms), actor=editor, edition=edition)
    except DraftChanged as error:
        # What was typed stays; saving it once more puts it over the other editor's.
        return _draft_page(request, forms, int(error.extra["edition"]), error=error, status=409)
    messages.success(request, _("The draft is saved. Readers see it only when it is published."))
    name = "desk-rulebook-comparison" if "compare" in request.POST else "desk-rulebook-draft"
    return redirect(f"comments:{name}")


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Compare the draft with the rules in force."""
    return _comparison_page(request)


@posted_from("comments:desk-rulebook-comparison")
def publish(request: HttpRequest) -> HttpResponse:
    _found, editor = access_rulebook_draft(request.user, request.site)
    try:
        version = actions.publish_draft(site=request.site, actor=editor, edition=_edition(request))
    except DomainError as error:
        return _comparison_page(request, error=error)
    message = _("Version %(number)s is in force: decisions rest on it from now on.")
    messages.success(request, message % {"number": version.number})
    return redirect("comments:desk-rulebook")


@posted_from("comments:desk-rulebook-comparison")
def discard(request: HttpRequest) -> HttpResponse:
    _draft, editor = access_rulebook_draft(request.user, request.site)
    try:
        actions.discard_draft(site=request.site, actor=editor, edition=_edition(request))
    except DomainError as error:
        return _comparison_page(request, error=error)
    messages.success(request, _("The draft is thrown away. The rules in force are unchanged."))
    return redirect("comments:desk-rulebook")


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Compare a version with the one before it, or with the version in `with`."""
    versions = access_rulebook_versions(request.user, request.site)
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise NotFound
    other_number = read_id(request.GET.get("with", ""))
    if other_number is None:
        # The first version has none before it, and is compared with nothing.
        other_number = number - 1
    other = next((one for one in versions if one.number == other_number), None)
    view = View.of(request.GET.get("view", ""))
    shown = {
        "version": version,
        "other": other,
        "versions": versions,
        "view": view,
        "rules": compared_rules(compare(other.texts if other else (), version.texts)),
    }
    return render(request, "comments/desk/rulebook_version.html", shown)


def _edition(request: HttpRequest) -> int:
    edition = read_id(request.POST.get("edition", ""))
    # No draft has edition -1, so that a request without one is refused as stale.
    return -1 if edition is None else edition


def _draft_page(
    request: HttpRequest,
    forms: "BaseFormSet[RuleForm]",
    edition: int,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {"forms": forms, "edition": edition, "error": error}
    return render(request, "comments/desk/rulebook_draft.html", shown, status=status)


def _comparison_page(request: HttpRequest, *, error: DomainError | None = None) -> HttpResponse:
    draft, _editor = access_rulebook_draft(request.user, request.site)
    faults = error.fields.values() if isinstance(error, InvalidInput) else ()
    shown = {
        "draft": draft,
        "view": View.of(request.GET.get("view", "")),
        "rules": compared_rules(draft.changes),
        "error": error,
        "faults": [sentence for sentences in faults for sentence in sentences],
    }
    status = error.status if error else 200
    return render(request, "comments/desk/rulebook_comparison.html", shown, status=status)

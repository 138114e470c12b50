from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission, can, can_open_administration
from certificates.permissions import can_decide
from comments.permissions import can_moderate
from core.web.http import HttpRequest
from webhooks.permissions import can_manage_webhooks


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, list[NavItem]]:
    """Return the entries of the masthead that this person may open."""
    entries = [(_("Certificates"), reverse("certificates:programmes"))]
    if can_moderate(request.user, request.site):
        entries.append((_("Moderation desk"), reverse("comments:desk")))
    if can_decide(request.user, request.site):
        entries.append((_("Registrar"), reverse("certificates:registrar")))
    if can_manage_webhooks(request.user, request.site):
        entries.append((_("Webhooks"), reverse("webhooks:endpoints")))
    if can(request.user, Permission.ADMINISTER, request.site):
        entries.append((_("Roles"), reverse("accounts:staff")))
    if can_open_administration(request.user, request.site):
        entries.append((_("Settings"), reverse("admin:index")))
    return {
        "nav_items": [NavItem(label, url, request.path.startswith(url)) for label, url in entries]
    }

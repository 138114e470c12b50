from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, permissions_of
from core.web.http import HttpRequest


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, list[NavItem]]:
    """Return the entries of the masthead that this person may open."""
    permissions = permissions_of(request.user, request.site)
    entries = [(_("Certificates"), reverse("certificates:programmes"))]
    if Permission.MODERATE in permissions:
        entries.append((_("Moderation desk"), reverse("comments:desk")))
    if Permission.DECIDE_APPLICATIONS in permissions:
        entries.append((_("Registrar"), reverse("certificates:registrar")))
    if Permission.ADMINISTER in permissions:
        entries.append((_("Webhooks"), reverse("webhooks:endpoints")))
        entries.append((_("Roles"), reverse("accounts:staff")))
        if isinstance(request.user, User) and request.user.is_staff:
            entries.append((_("Settings"), reverse("admin:index")))
    return {
        "nav_items": [NavItem(label, url, request.path.startswith(url)) for label, url in entries]
    }

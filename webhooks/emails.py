"""The letter to a publication's administrators when an endpoint is switched off."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.actions import post_written_letter
from accounts.models import Role
from webhooks.models import Endpoint


def tell_disabled(endpoint: Endpoint, *, gone: bool) -> None:
    """`gone`: the receiver itself has asked for no more (410)."""
    administrators = Role.objects.filter(site=endpoint.site, name=Role.Name.ADMINISTRATOR)
    page = reverse("webhooks:endpoint", args=[endpoint.pk])
    for role in administrators.select_related("user"):
        context = {
            "site": endpoint.site,
            "endpoint": endpoint,
            "gone": gone,
            "url": f"{settings.BASE_URL}{page}",
        }
        with override(role.user.language):
            post_written_letter(
                to=role.user.email,
                site=endpoint.site,
                subject=_rendered("disabled_subject.txt", context),
                text=_rendered("disabled.txt", context) + "\n",
                html=_rendered("disabled.html", context),
            )


def _rendered(name: str, context: dict[str, object]) -> str:
    return render_to_string(f"webhooks/mail/{name}", context).strip()

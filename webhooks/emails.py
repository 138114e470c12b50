"""E-mails to the administrators of a publication."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from core import mail
from webhooks.models import Endpoint


def endpoint_disabled(endpoint: Endpoint, *, gone: bool) -> None:
    """`gone`: the receiver answered 410, which asks for no more messages."""
    administrators = Role.objects.filter(site=endpoint.site, name=Role.Name.ADMINISTRATOR)
    page = reverse("webhooks:endpoint", args=[endpoint.pk])
    for role in administrators.select_related("user"):
        context = {
            "endpoint": endpoint,
            "gone": gone,
            "url": f"{settings.BASE_URL}{page}",
        }
        content = mail.render(
            "webhooks/emails/endpoint_disabled.html",
            site=endpoint.site,
            language=role.user.language,
            context=context,
        )
        mail.enqueue(to=role.user.email, site=endpoint.site, content=content)

"""Checks of the configuration, for `manage.py check --deploy`."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_sender(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django names the arguments
    **_kwargs: Any,
) -> list[checks.CheckMessage]:
    """Mail servers refuse or hide what comes from an address that cannot exist."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if "." in domain and not domain.endswith((".localhost", ".local", ".invalid")):
        return []
    return [
        checks.Warning(
            f"E-mails come from “{settings.DEFAULT_FROM_EMAIL}”, which no mail server accepts.",
            hint="Set DEFAULT_FROM_EMAIL to an address at a domain with SPF, DKIM and DMARC "
            "(docs/operations.md, “Mail that arrives”).",
            id="core.W001",
        )
    ]

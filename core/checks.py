"""Checks of the configuration, for `manage.py check --deploy`."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connections

from core.database_roles import owns_audit_log


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


@checks.register(checks.Tags.database, checks.Tags.security, deploy=True)
def check_role(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django names the arguments
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[checks.CheckMessage]:
    """A role that owns the audit log can switch off the triggers that protect it."""
    return [
        checks.Warning(
            "The application's role owns its tables, so it can switch off the triggers that "
            "protect the audit log.",
            hint="Name the owner in DATABASE_OWNER_URL of `migrate`, and another role in "
            "DATABASE_URL (docs/security.md, “The audit log”).",
            id="core.W002",
        )
        for alias in databases or ()
        if owns_audit_log(connections[alias])
    ]

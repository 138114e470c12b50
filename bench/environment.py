"""The environment of a benchmark that starts the processes of the product."""

import os
import secrets

from django.apps import apps

from devserver.embedded.valkey import free_port


def set_environment(**more: str) -> None:
    """Set it for this process and those it starts, unless it has set up Django, as tests have.

    `devserver.embedded` has set the addresses of the servers, and VAR_DIR.
    """
    if apps.ready:
        return
    os.environ |= {
        "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_hex(32),
        "ENCRYPTION_KEYS": secrets.token_hex(32),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "BASE_URL": f"http://127.0.0.1:{free_port()}",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "LOG_LEVEL": "WARNING",
        **more,
    }

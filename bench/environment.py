"""The environment of a benchmark that starts the processes of the product."""

import os
import secrets

from devserver.embedded.valkey import free_port


def set_environment(**more: str) -> None:
    """Set it for this process, which must not have set up Django, and for those it starts.

    `devserver.embedded` has set the addresses of the servers, and VAR_DIR.
    """
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

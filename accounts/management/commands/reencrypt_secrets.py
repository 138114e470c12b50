from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.actions import reencrypt_second_factors
from core.encryption import reencrypt_fields


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret with the first of ENCRYPTION_KEYS. "
        "Afterwards the other keys can be removed from the list. "
        "With FORMER_RELEASE_RUNS every secret is decrypted."
    )

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        count = reencrypt_fields() + reencrypt_second_factors()
        done = "decrypted" if settings.FORMER_RELEASE_RUNS else "encrypted with the first key"
        self.stdout.write(f"{count} secrets were {done}.")

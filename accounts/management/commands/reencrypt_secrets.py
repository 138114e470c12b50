from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import reencrypt_second_factors
from core.encryption import reencrypt_fields


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret with the first of ENCRYPTION_KEYS. "
        "Afterwards the other keys can be removed from the list."
    )

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        count = reencrypt_fields() + reencrypt_second_factors()
        self.stdout.write(f"{count} secrets were encrypted with the first key.")

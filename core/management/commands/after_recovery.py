from typing import Any

from django.core.management.base import BaseCommand

from core.backups.withheld import prevent_repetition
from core.management.commands.restore import add_options_of_repetition


class Command(BaseCommand):
    help = "Prevent what must not happen twice, after the database was recovered to a moment."

    def add_arguments(self, parser: Any) -> None:
        add_options_of_repetition(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        cancelled = prevent_repetition(
            send_emails=options["send_emails"], skip_numbers=options["skip_numbers"]
        )
        self.stdout.write(f"E-mails that are not sent: {cancelled}.")

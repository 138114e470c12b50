from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.backups.errors import BackupError
from core.backups.restore import check_backup, restore_backup


class Command(BaseCommand):
    help = "Restore a backup into an empty installation, the whole of it or nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("source", type=Path, help="the folder that `backup` made")
        parser.add_argument(
            "--check", action="store_true", help="only check that the backup can be restored"
        )
        add_options_of_repetition(parser)

    def handle(self, *args: Any, source: Path, check: bool, **options: Any) -> None:
        try:
            if check:
                manifest = check_backup(source)
                self.stdout.write(f"The backup of {manifest.created_at} is whole.")
                return
            restored = restore_backup(
                source, send_emails=options["send_emails"], skip_numbers=options["skip_numbers"]
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The backup of {restored.manifest.created_at} is restored.")
        self.stdout.write(f"E-mails that are not sent: {restored.cancelled_emails}.")
        for sentence in restored.advice:
            self.stdout.write(self.style.WARNING(sentence))


def add_options_of_repetition(parser: Any) -> None:
    parser.add_argument(
        "--send-emails",
        action="store_true",
        help="send the e-mails that waited at that moment; by default they are cancelled, because "
        "most of them went out since",
    )
    parser.add_argument(
        "--skip-numbers",
        type=_count,
        default=0,
        metavar="N",
        help="leave out so many numbers in each programme, for the certificates issued since",
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text} is no number of certificates")
    return int(text)

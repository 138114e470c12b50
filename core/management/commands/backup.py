from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.backups.create import create_backup
from core.backups.errors import BackupError


class Command(BaseCommand):
    help = "Back up the database, the files and the keys into a new folder."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("target", type=Path, help="the folder to make")
        parser.add_argument(
            "--without-keys", action="store_true", help="leave out the keys of seals and SECRET_KEY"
        )
        parser.add_argument(
            "--allow-missing-files",
            action="store_true",
            help="go on although the storage lacks files that the database refers to",
        )

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        try:
            manifest = create_backup(
                target,
                with_keys=not options["without_keys"],
                allow_missing_files=options["allow_missing_files"],
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        for name in manifest.missing_files:
            self.stderr.write(f"Missing in the storage: {name}")
        rows, size = sum(manifest.tables.values()), sum(f.size for f in manifest.files.values())
        self.stdout.write(
            f"{target}: {len(manifest.tables)} tables with {rows} rows, "
            f"{len(manifest.files)} files, {size} bytes."
        )

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.models import Site


class Command(BaseCommand):
    help = "Set up a publication on a new installation: no page opens before there is one."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="its code in addresses, like vesti")
        parser.add_argument("--name", required=True, help="in Russian")
        parser.add_argument("--legal-name", required=True, help="in Russian")
        parser.add_argument("--editor-in-chief", required=True, help="in Russian")
        parser.add_argument("--complaints-email", required=True)
        parser.add_argument(
            "--origin",
            action="append",
            required=True,
            help="where its pages live, like https://example.org; may be repeated",
        )
        parser.add_argument(
            "--time-zone", default="", help="like Asia/Vladivostok; Moscow's if not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site(
            slug=options["slug"],
            name_ru=options["name"],
            legal_name_ru=options["legal_name"],
            editor_in_chief_ru=options["editor_in_chief"],
            complaints_email=options["complaints_email"],
            origins=options["origin"],
            time_zone=options["time_zone"],
        )
        try:
            site.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        site.save()
        self.stdout.write(f"{site.name} is set up. The rest is in the administration pages.")

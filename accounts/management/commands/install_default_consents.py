from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import install_default_consents
from core.errors import NotFound
from core.sites import access_site


class Command(BaseCommand):
    help = (
        "Publish the usual consent texts (personal data and terms of use, each by itself) for a "
        "publication that has none. Read them first: a published text is never changed."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="the publication's code in addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = access_site(options["slug"])
        except NotFound as error:
            raise CommandError(str(error)) from error
        for text in install_default_consents(site=site, actor=None):
            self.stdout.write(f"{text}: {text.label}")

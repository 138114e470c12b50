from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import end_all_sessions
from accounts.models import User


class Command(BaseCommand):
    help = "End all sessions of one account or of everybody, with the tokens of the widget."

    def add_arguments(self, parser: Any) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("email", nargs="?", help="the account's e-mail address")
        whose.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        people = User.objects.filter(usersession__isnull=False).distinct()
        if not options["everybody"]:
            people = User.objects.filter(email=options["email"].lower())
            if not people.exists():
                raise CommandError("There is no account with this address.")
        ended = sum(end_all_sessions(user=person, actor=None) for person in people)
        self.stdout.write(f"{ended} sessions ended")

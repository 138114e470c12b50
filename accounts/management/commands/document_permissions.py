from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import Role
from accounts.permissions import FORBIDDEN, PERMISSIONS

PAGE = Path("docs/permissions.md")
_ROLES = ["reader", *(role.value for role in Role.Name)]


class Command(BaseCommand):
    help = "Writes docs/permissions.md from the tables in accounts/permissions.py."

    def handle(self, *args: Any, **options: Any) -> None:
        (Path(settings.BASE_DIR) / PAGE).write_text(page(), encoding="utf-8")


def page() -> str:
    lines = [
        "# Who may do what",
        "",
        "Made by `manage.py document_permissions` from `accounts/permissions.py`: do not edit it.",
        "A role is held for one publication. Everybody signed in is a reader. A role rests while",
        "its holder has no second factor after the days that the publication allows.",
        "",
        f"| | {' | '.join(_ROLES)} |",
        f"|---|{'---|' * len(_ROLES)}",
        *(
            f"| {permission.replace('_', ' ')} | "
            + " | ".join("yes" if roles & {role, "reader"} else "" for role in _ROLES)
            + " |"
            for permission, roles in PERMISSIONS.items()
        ),
        "",
        "What a sanction forbids:",
        "",
        "| | |",
        "|---|---|",
        *(
            f"| {kind.value} | {', '.join(sorted(forbidden)) or 'nothing by itself'} |"
            for kind, forbidden in FORBIDDEN.items()
        ),
        "",
    ]
    return "\n".join(lines)

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from accounts.doors import Credential, Door, Who
from accounts.models import Role
from accounts.permissions import FORBIDDEN, PERMISSIONS

PAGE = Path("docs/permissions.md")
_ROLES = ["reader", *(role.value for role in Role.Name)]


class Command(BaseCommand):
    help = "Writes docs/permissions.md from accounts/permissions.py and config/doors.py."

    def handle(self, *args: Any, **options: Any) -> None:
        (Path(settings.BASE_DIR) / PAGE).write_text(page(), encoding="utf-8")


def page() -> str:
    lines = [
        "# Who may do what",
        "",
        "Made by `manage.py document_permissions` from `accounts/permissions.py` and",
        "`config/doors.py`: do not edit it.",
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
        "What each act asks for. A permission is held for the publication whose page it is, or for",
        "that of the comment, application or certificate that the URL names. A token of the widget",
        "acts for a reader of the publication on whose page it is. A fresh proof is the password,",
        "a second step or a sign-in of the last five minutes. The administration also asks for the",
        "mark “may open the administration pages” on the account.",
        "",
        "| act | who | publication | credential | forbidden by a sanction against | fresh proof |",
        "|---|---|---|---|---|---|",
        *map(_row, import_string(settings.DOORS)),
        "",
    ]
    return "\n".join(lines)


def _row(door: Door) -> str:
    who = door.who.value if isinstance(door.who, Who) else f"may {door.who.replace('_', ' ')}"
    is_open = door.who in {Who.ANYBODY, Who.LINK_HOLDER}
    credentials = [one.value for one in Credential if one in door.by and not is_open]
    cells = [
        door.act,
        f"{who}, or its owner" if door.owner_too else who,
        "every" if isinstance(door.who, Who) else "one's own",
        ", ".join(credentials) or "none needed",
        door.sanction or "",
        "yes" if door.needs_proof else "",
    ]
    return f"| {' | '.join(cells)} |"

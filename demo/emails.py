"""The mail that the demo wrote to `var/mail/`, read back."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

SHOWN = 50


@dataclass(frozen=True, slots=True)
class StoredEmail:
    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    attachments: tuple[str, ...]


def newest(*, address: str = "") -> list[StoredEmail]:
    """The newest first; with an address only those sent to it."""
    paths = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)
    if not address:
        return [_parse(path) for path in paths[:SHOWN]]
    return [one for path in paths if address in (one := _parse(path)).to.lower()][:SHOWN]


def read(name: str) -> StoredEmail | None:
    """`name` is as `newest` gave it; anything else finds nothing."""
    # The last part alone, so that a name in the URL cannot lead out of the folder.
    path = Path(settings.EMAIL_FILE_PATH) / f"{Path(name).name}.eml"
    try:
        return _parse(path) if path.is_file() else None
    except OSError:  # the name is too long for a file
        return None


def _parse(path: Path) -> StoredEmail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return StoredEmail(
        name=path.stem,
        to=message["To"],
        subject=message["Subject"],
        sent_at=_sent_at(message["Date"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _sent_at(header: str) -> datetime:
    # Django writes the offset -0000, which Python reads as a time without a zone.
    sent_at = parsedate_to_datetime(header)
    return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body else ""

"""Creates the data that the gallery's pages show."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from accounts.models import DataExport, User
from core.models import OutboxEvent, Site
from core.outbox import discard_event
from core.outbox.relaying import UNKNOWN_TOPIC
from demo import emails
from demo.people import ADMINISTRATOR, EDITOR, REGISTRAR
from tests.support.browser.people import new_reader
from webhooks.actions import add_endpoint, send_test

from .certifying import papers
from .discussing import talk
from .shots import Places


def places(*, home: str, wait_for: Callable[[Any], Any]) -> Places:
    reader = new_reader("gallery.reader@example.org", "Вера Аксёнова")
    author = new_reader("gallery.author@example.org", "Глеб Самохин")
    editor, registrar, administrator = map(_account, (EDITOR, REGISTRAR, ADMINISTRATOR))
    comments = talk(reader=reader, author=author, editor=editor)
    issued = papers(reader=reader, author=author, registrar=registrar, wait_for=wait_for)
    endpoint = add_endpoint(
        site=Site.objects.get(),
        url="https://vesti.example/otklik",
        topics=["comment.published"],
        label="Сайт издания",
        actor=administrator,
    )
    wait_for(lambda: reader.notifications.count() > 1)
    _failed_tasks(_superuser())
    return Places(
        home=home,
        reader=reader,
        author=author,
        guarded=_guarded(),
        endpoint=endpoint,
        delivery=send_test(endpoint=endpoint, actor=administrator),
        email=wait_for(lambda: emails.newest(address=reader.email))[0].name,
        **_parts(comments),
        **_parts(issued),
    )


def _parts(whole: Any) -> dict[str, Any]:
    return {field.name: getattr(whole, field.name) for field in fields(whole)}


def _account(person: Any) -> User:
    return User.objects.get(email=person.email)


def _guarded() -> User:
    person = new_reader("gallery.guarded@example.org", "Тамара Осторожная")
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    # An error on our side has stopped it.
    DataExport.objects.create(user=person, failed_at=timezone.now())
    return person


def _superuser() -> User:
    person = new_reader("gallery.superuser@example.org", "Захар Хозяев")
    person.is_staff = person.is_superuser = True
    person.save()
    return person


def _failed_tasks(superuser: User) -> None:
    """Make one of each kind: its task failed, its topic is unknown, an administrator acted."""
    _parked(
        "certificate.issued",
        {"certificate_id": 7},
        waits_for=["certificates.tasks.render_document"],
        failures=30,
        last_error="OSError: [Errno 28] No space left on device: '/srv/otklik/var/media'",
    )
    _parked("comment.pinned", {"comment_id": 7}, last_error=UNKNOWN_TOPIC)
    tried = _parked("comment.pinned", {"comment_id": 8}, last_error=UNKNOWN_TOPIC)
    discard_event(event=tried, actor=superuser)


def _parked(topic: str, payload: dict[str, int], **fields: Any) -> OutboxEvent:
    return OutboxEvent.objects.create(
        topic=topic, payload=payload, parked_at=timezone.now(), **fields
    )

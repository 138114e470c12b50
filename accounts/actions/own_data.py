"""Export and erasure of a person's data.

Each app contributes its part from its `AppConfig.ready`, so that accounts knows no other app:

    from accounts.actions import OwnDataPart, contribute
    contribute(OwnDataPart("comments", export=export_comments, erase=erase_comments))
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import emails
from accounts.actions.erased_identities import keep_sanctions
from accounts.models import (
    AccountEvent,
    DataExport,
    ErasureRequest,
    HeldName,
    NameChange,
    User,
)
from accounts.permissions import FreshProof, require_proof
from core import mail, outbox
from core.audit import own_act_fields

EXPORT_KEPT = timedelta(days=7)
# Longer than a worker's hard time limit (90 seconds), so the worker that claimed it is gone.
EXPORT_CLAIM_LAPSES = timedelta(seconds=100)
COOLING_OFF = timedelta(days=14)
UNCONFIRMED_KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """`path` inside the part's folder of the archive."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OwnDataPart:
    """One app's data about a person.

    `export` yields files. `erase` runs inside the transaction that erases the person; it receives
    the choice about comments, and keeps what the law requires.
    """

    name: str
    export: Callable[[User], Iterable[ExportedFile]]
    erase: Callable[[User, ErasureRequest.Comments], None]


_parts: dict[str, OwnDataPart] = {}


def contribute(part: OwnDataPart) -> None:
    _parts[part.name] = part


def as_json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str)


@transaction.atomic(durable=True)
def request_export(*, user: User, proof: FreshProof) -> DataExport:
    """One at a time: while a file waits or can be fetched, that one is returned.

    One that failed is made again.
    """
    require_proof(user, proof)
    User.objects.select_for_update().get(pk=user.pk)
    now = timezone.now()
    # Every file is a full copy of a person's data, so there is never more than one.
    existing = user.exports.exclude(expires_at__lte=now).first()
    if existing is not None and existing.failed_at is None:
        return existing
    export = existing or DataExport(user=user)
    export.failed_at = export.claimed_at = None
    export.save()
    outbox.publish_again("account.export_requested", export_id=export.pk)
    return export


def build_export(*, export_id: int) -> None:
    """Make the file and queue the e-mail that leads to it; repeated, it changes nothing.

    Raises `NotYet` while another worker makes it: that one may die.
    """
    export = _claim_export(export_id)
    if export is None:
        return
    try:
        # Packing may take long, so it happens outside any transaction.
        _finish_export(export, _archive(export.user))
    except Exception:
        # The next try need not wait until the claim lapses.
        DataExport.objects.filter(pk=export_id, ready_at=None).update(claimed_at=None)
        raise


def _claim_export(export_id: int) -> DataExport | None:
    now = timezone.now()
    waiting = DataExport.objects.filter(pk=export_id, ready_at=None)
    # A claim that is later than that was made before the clock was set back.
    lately = (now - EXPORT_CLAIM_LAPSES, now + EXPORT_CLAIM_LAPSES)
    if waiting.exclude(claimed_at__range=lately).update(claimed_at=now):
        return DataExport.objects.select_related("user").get(pk=export_id)
    if waiting.exists():
        raise outbox.NotYet
    return None


def record_export_failure(*, export_id: int) -> None:
    """Show the person that the file could not be made; they may ask for another try."""
    DataExport.objects.filter(pk=export_id, ready_at=None).update(failed_at=timezone.now())


@transaction.atomic(durable=True)
def _finish_export(export: DataExport, archive: bytes) -> None:
    export.file.save(f"{export.user_id}-{export.pk}.zip", ContentFile(archive), save=False)
    export.ready_at = timezone.now()
    export.expires_at = export.ready_at + EXPORT_KEPT
    export.failed_at = None
    export.save(update_fields=["file", "ready_at", "expires_at", "failed_at"])
    emails.export_ready(export.user, until=export.expires_at)


def remove_expired_exports() -> None:
    for export in DataExport.objects.filter(expires_at__lte=timezone.now()).exclude(file=""):
        export.file.delete(save=False)
        export.delete()


@transaction.atomic(durable=True)
def request_erasure(
    *, user: User, comments: ErasureRequest.Comments, proof: FreshProof
) -> ErasureRequest:
    """Repeated, it returns the request that stands."""
    require_proof(user, proof)
    due = timezone.now() + COOLING_OFF
    try:
        # A savepoint: the unique constraint's error would otherwise end the action's transaction.
        with transaction.atomic():
            request = ErasureRequest.objects.create(user=user, comments=comments, due_at=due)
    except IntegrityError:
        return ErasureRequest.objects.get(user=user, withdrawn_at=None, done_at=None)
    AccountEvent.objects.create(
        user=user,
        action=AccountEvent.Action.ERASURE_REQUESTED,
        evidence={"comments": comments, "due": due.isoformat()},
        **own_act_fields(user),
    )
    emails.erasure_requested(user, due=due)
    return request


@transaction.atomic(durable=True)
def withdraw_erasure(*, user: User) -> None:
    open_requests = ErasureRequest.objects.filter(user=user, withdrawn_at=None, done_at=None)
    if open_requests.update(withdrawn_at=timezone.now()):
        AccountEvent.objects.create(
            user=user, action=AccountEvent.Action.ERASURE_WITHDRAWN, **own_act_fields(user)
        )


@transaction.atomic(durable=True)
def announce_due_erasures() -> None:
    """Publish one event per due erasure, so that a failing one is retried without delaying
    others."""
    outbox.publish_missing(["account.erasure_due"], "request_id", due_erasures())


@transaction.atomic(durable=True)
def carry_out_erasure(*, request_id: int) -> None:
    request = ErasureRequest.objects.select_for_update().get(pk=request_id)
    # Checked again under the lock: the person may have withdrawn it after the event was published.
    if request.withdrawn_at or request.done_at or request.due_at > timezone.now():
        return
    request.done_at = timezone.now()
    request.save(update_fields=["done_at"])
    # Nothing that still waits for the mail server reaches an erased person, except the last e-mail.
    mail.forget(to=request.user.email)
    emails.erased(request.user)
    # Last, because the e-mail above needs the address that this removes.
    _erase(request.user, ErasureRequest.Comments(request.comments))


@transaction.atomic(durable=True)
def forget_unconfirmed(*, user_id: int) -> None:
    """A registration whose code never came back: the address and the name are free again."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        erase_unconfirmed(user)


def erase_unconfirmed(user: User) -> None:
    """In the caller's transaction, which holds the account and has seen no confirmed address."""
    _erase(user, ErasureRequest.Comments.REMOVE)


def due_erasures() -> list[int]:
    open_requests = ErasureRequest.objects.filter(withdrawn_at=None, done_at=None)
    return list(open_requests.filter(due_at__lte=timezone.now()).values_list("pk", flat=True))


def unconfirmed() -> list[int]:
    old = User.objects.filter(date_joined__lt=timezone.now() - UNCONFIRMED_KEPT, is_active=True)
    # `createsuperuser` makes accounts without a confirmed address; these conditions spare them.
    unused = old.filter(last_login=None, is_staff=False, roles=None)
    return list(unused.exclude(emailaddress__verified=True).values_list("pk", flat=True))


def _erase(user: User, comments: ErasureRequest.Comments) -> None:
    """Erase a person's data. The empty row stays, because audit events refer to it."""
    keep_sanctions(user)
    for part in _parts.values():
        part.erase(user, comments)
    # The column is unique and required; `.invalid` is reserved (RFC 2606), so no mail can reach it.
    user.email = f"erased-{user.pk}@erased.invalid"
    user.display_name = "Удалённая учётная запись"
    # A skeleton has no hyphen, so no display name can ever collide with this one.
    user.name_skeleton = f"erased-{user.pk}"
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


def _archive(user: User) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in _parts.values():
            for file in part.export(user):
                archive.writestr(f"{part.name}/{file.path}", file.content)
    return buffer.getvalue()


def contribute_own_parts() -> None:
    contribute(OwnDataPart("account", export=_export_account, erase=_erase_account))


def _export_account(user: User) -> Iterable[ExportedFile]:
    account = {
        "email": user.email,
        "display_name": user.display_name,
        "language": user.language,
        "uses_shortcuts": user.uses_shortcuts,
        "registered": user.date_joined,
        "roles": [{"site": role.site.slug, "role": role.name} for role in user.roles.all()],
        "accounts_elsewhere": list(
            SocialAccount.objects.filter(user=user).values(
                "provider", "uid", "date_joined", "extra_data"
            )
        ),
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")
        ),
        "sanctions": list(
            user.sanctions.values("kind", "message", "imposed_at", "ends_at", "status")
        ),
    }
    yield ExportedFile("account.json", as_json(account))
    yield ExportedFile(
        "history.json",
        as_json(
            list(
                user.events.values(
                    *("at", "action", "evidence", "name_change__before", "name_change__after")
                )
            )
        ),
    )
    consents = user.consents.values(
        "at", "action", "ip", "act", "language", "text__purpose", "text__version"
    )
    yield ExportedFile("consents.json", as_json(list(consents)))


def _erase_account(user: User, _comments: ErasureRequest.Comments) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    for export in user.exports.all():
        export.file.delete(save=False)
    user.exports.all().delete()
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    HeldName.objects.filter(user=user).delete()
    NameChange.objects.filter(event__user=user).delete()
    user.guess_counters.all().delete()
    user.roles.all().delete()
    user.linked.all().delete()

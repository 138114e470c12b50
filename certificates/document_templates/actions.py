"""Create templates, edit their drafts, check them and put them to use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from certificates.audit import record_template_event
from certificates.document_templates.images import PreparedImage
from certificates.document_templates.state_changes import (
    change_version_status,
    create_version,
    finish_render_check,
    next_number,
)
from certificates.fields import FieldKind
from certificates.issuing import designs
from certificates.models import (
    RenderCheck,
    Template,
    TemplateEvent,
    TemplateImage,
    TemplateVersion,
)
from certificates.rendering import prints_dative
from certificates.states import RenderCheckStatus, TemplateStatus
from core import outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput
from core.states import StaleDecision

# New applications may hold longer texts than an old check has seen.
CHECK_IS_VALID_FOR = timedelta(hours=1)
# A check that a killed worker left running is replaced by the next request.
_CHECK_ABANDONED_AFTER = timedelta(minutes=5)
LONGEST_SOURCE = 100_000


class Frozen(Conflict):
    code = "template_frozen"
    title = _("This version was in use, so it cannot be changed. Create a draft from it instead.")


class NotChecked(Conflict):
    code = "template_not_checked"
    title = _("Run the render check on this version first. A check is valid for one hour.")


class RenderCheckFailed(Conflict):
    """`faults` are the positions of the cases that block the version."""

    code = "template_check_failed"
    title = _("The render check found problems. Correct them and run it again.")


class NoDative(Conflict):
    code = "template_without_dative"
    title = _(
        "A programme with this template asks for the name in the dative, which this version does "
        "not print. Print it with “holder-of(data)”."
    )


@dataclass(frozen=True, slots=True)
class DraftContent:
    """The editable part of a version. The seal is in millimetres from the upper left corner."""

    source: str
    is_landscape: bool
    seal_left: float
    seal_top: float
    seal_width: float
    seal_height: float


@bounded(default=Bound(100))
@transaction.atomic(durable=True)
def create_template(*, template: Template, default: str, actor: User) -> TemplateVersion:
    """Save a new template with its first draft, a copy of the default template `default`."""
    require(actor, Permission.EDIT_TEMPLATES, template.site)
    template.save()
    version = create_version(template, default)
    record_template_event(
        version, TemplateEvent.Action.DRAFT_CREATED, actor=actor, evidence={"from": default}
    )
    return version


@transaction.atomic(durable=True)
def rename_template(*, template: Template, actor: User) -> None:
    require(actor, Permission.EDIT_TEMPLATES, template.site)
    template.save(update_fields=["name_ru", "name_en"])
    newest = template.versions.order_by("-number")[0]
    record_template_event(
        newest, TemplateEvent.Action.RENAMED, actor=actor, evidence={"name": template.name_ru}
    )


@transaction.atomic(durable=True)
def create_draft_from(*, version: TemplateVersion, actor: User) -> TemplateVersion:
    """Create a draft with the source and the images of `version`."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    draft = TemplateVersion.objects.create(
        template=version.template,
        number=next_number(version.template),
        source=version.source,
        is_landscape=version.is_landscape,
        seal_left=version.seal_left,
        seal_top=version.seal_top,
        seal_width=version.seal_width,
        seal_height=version.seal_height,
        digest=version.digest,
    )
    TemplateImage.objects.bulk_create(
        TemplateImage(
            version=draft,
            role=image.role,
            content=image.content,
            width=image.width,
            height=image.height,
            alt_ru=image.alt_ru,
            alt_en=image.alt_en,
            digest=image.digest,
        )
        for image in version.images.all()
    )
    record_template_event(
        draft, TemplateEvent.Action.DRAFT_CREATED, actor=actor, evidence={"from": version.number}
    )
    return draft


@bounded(content=Bound(LONGEST_SOURCE), expected_digest=Bound(100))
@transaction.atomic(durable=True)
def save_draft(
    *, version: TemplateVersion, content: DraftContent, expected_digest: str, actor: User
) -> TemplateVersion:
    """Overwrite a draft.

    `expected_digest` is that of the draft the editor began with. Raises `StaleDecision` if another
    person has saved since.
    """
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    draft = _lock_draft(version)
    if draft.digest != expected_digest:
        raise StaleDecision(_("Someone else has saved this draft since you opened it."))
    draft.source = content.source.replace("\r\n", "\n")
    draft.is_landscape = content.is_landscape
    draft.seal_left, draft.seal_top = content.seal_left, content.seal_top
    draft.seal_width, draft.seal_height = content.seal_width, content.seal_height
    _refuse_seal_off_the_page(draft)
    draft.save(
        update_fields=[
            "source",
            "is_landscape",
            "seal_left",
            "seal_top",
            "seal_width",
            "seal_height",
        ]
    )
    _update_digest(draft, action=TemplateEvent.Action.EDITED, actor=actor)
    return draft


def _refuse_seal_off_the_page(draft: TemplateVersion) -> None:
    width, height = designs.read_design(draft).page
    message = _("The seal must fit on the page.")
    wrong = {
        "seal_width": draft.seal_left + draft.seal_width > width,
        "seal_height": draft.seal_top + draft.seal_height > height,
    }
    if any(wrong.values()):
        raise InvalidInput({name: [message] for name, is_off in wrong.items() if is_off})


@bounded(image=Bound(10_000_000), alts=Bound(200))
@transaction.atomic(durable=True)
def set_image(
    *,
    version: TemplateVersion,
    role: TemplateImage.Role,
    image: PreparedImage | None,
    alts: tuple[str, str],
    actor: User,
) -> TemplateVersion:
    """Replace the image of a role. If `image` is None, only its alternative texts change."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    draft = _lock_draft(version)
    values: dict[str, Any] = {"alt_ru": alts[0], "alt_en": alts[1]}
    if image is not None:
        values |= {
            "content": image.content,
            "width": image.width,
            "height": image.height,
            "digest": image.digest,
        }
    if image is not None or draft.images.filter(role=role).exists():
        TemplateImage.objects.update_or_create(version=draft, role=role, defaults=values)
    _update_digest(
        draft, action=TemplateEvent.Action.IMAGE_SET, actor=actor, evidence={"role": role.value}
    )
    return draft


@transaction.atomic(durable=True)
def remove_image(
    *, version: TemplateVersion, role: TemplateImage.Role, actor: User
) -> TemplateVersion:
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    draft = _lock_draft(version)
    draft.images.filter(role=role).delete()
    _update_digest(
        draft, action=TemplateEvent.Action.IMAGE_REMOVED, actor=actor, evidence={"role": role.value}
    )
    return draft


@transaction.atomic(durable=True)
def discard_draft(*, version: TemplateVersion, actor: User) -> None:
    """Delete a draft. Its number is not used again, because the audit log mentions it."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    draft = _lock_draft(version)
    record_template_event(draft, TemplateEvent.Action.DRAFT_DISCARDED, actor=actor)
    draft.delete()


@transaction.atomic(durable=True)
def request_render_check(*, version: TemplateVersion, actor: User) -> RenderCheck:
    """Start a check, or return the running one if the version was not changed since."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    locked = _lock(version)
    running = locked.render_checks.filter(
        status=RenderCheckStatus.RUNNING,
        digest=locked.digest,
        requested_at__gt=timezone.now() - _CHECK_ABANDONED_AFTER,
    ).first()
    if running is not None:
        return running
    # Nothing reads earlier checks: activation and the page use the newest one.
    for earlier in locked.render_checks.all():
        outbox.supersede(["template.render_check_requested"], check_id=earlier.pk)
    locked.render_checks.all().delete()
    check: RenderCheck = locked.render_checks.create(digest=locked.digest)
    outbox.publish("template.render_check_requested", check_id=check.pk)
    return check


@transaction.atomic(durable=True)
def record_render_check(
    *, check_id: int, cases: Sequence[dict[str, Any]], total: int, is_over: bool
) -> None:
    """Save the progress of a check. One that is over stays unchanged, so a retry is harmless."""
    check = RenderCheck.objects.select_for_update().filter(pk=check_id).first()
    if check is None or not check.is_running:
        return
    check.cases, check.checked, check.total = list(cases), len(cases), total
    check.save(update_fields=["cases", "checked", "total"])
    if is_over:
        # No cases at all means that the version was changed during the check.
        blocked = not check.cases or any(case["is_blocking"] for case in check.cases)
        finish_render_check(
            check, RenderCheckStatus.FAILED if blocked else RenderCheckStatus.PASSED
        )


@transaction.atomic(durable=True)
def activate_version(*, version: TemplateVersion, actor: User) -> TemplateVersion:
    """Use this version for new documents. Documents that were issued keep their version."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    locked = _lock(version)
    # A repeated request is a success.
    if locked.is_active:
        return locked
    if not locked.is_draft:
        raise Frozen
    check = _fresh_check(locked)
    if not prints_dative(locked.source) and _is_asked_for_dative(locked.template):
        raise NoDative
    # First the old version retires: a unique constraint allows one active version for a template.
    before = locked.template.versions.active()
    if before is not None:
        change_version_status(
            _lock(before),
            TemplateStatus.RETIRED,
            action=TemplateEvent.Action.RETIRED,
            actor=actor,
            evidence={"by": locked.number},
        )
    change_version_status(
        locked,
        TemplateStatus.ACTIVE,
        action=TemplateEvent.Action.ACTIVATED,
        actor=actor,
        evidence={"checked": check.checked},
    )
    return locked


def _is_asked_for_dative(template: Template) -> bool:
    forms = (programme.forms.newest() for programme in template.programmes.all())
    return any(
        field.kind is FieldKind.DATIVE_NAME for form in forms if form for field in form.fields
    )


def _fresh_check(version: TemplateVersion) -> RenderCheck:
    check: RenderCheck | None = version.render_checks.filter(digest=version.digest).first()
    if (
        check is None
        or check.finished_at is None
        or check.finished_at < timezone.now() - CHECK_IS_VALID_FOR
    ):
        raise NotChecked
    if check.status != RenderCheckStatus.PASSED:
        blocking = [at for at, case in enumerate(check.cases) if case["is_blocking"]]
        raise RenderCheckFailed(extra={"faults": blocking})
    return check


def _lock(version: TemplateVersion) -> TemplateVersion:
    # The template first, in every action: two activations of one template cannot deadlock.
    Template.objects.select_for_update().get(pk=version.template_id)
    # `of` keeps the joined template out of this lock; it is locked already.
    rows = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template")
    return rows.get(pk=version.pk)


def _lock_draft(version: TemplateVersion) -> TemplateVersion:
    locked = _lock(version)
    if not locked.is_draft:
        raise Frozen
    return locked


def _update_digest(
    draft: TemplateVersion,
    *,
    action: TemplateEvent.Action,
    actor: User,
    evidence: dict[str, Any] | None = None,
) -> None:
    draft.digest = designs.read_design(draft).digest
    draft.changed_at = timezone.now()
    draft.save(update_fields=["digest", "changed_at"])
    record_template_event(draft, action, actor=actor, evidence=evidence)

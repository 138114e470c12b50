"""Templates of documents: begun, edited as drafts, tried, and put to use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.audit import record_template_event
from certificates.document_templates.images import Prepared
from certificates.document_templates.state_changes import (
    begin_version,
    change_version_state,
    finish_render_check,
    next_number,
)
from certificates.issuing import designs
from certificates.models import (
    Template,
    TemplateEvent,
    TemplateImage,
    TemplateTrial,
    TemplateVersion,
)
from certificates.states import TemplateState, TrialState
from core import outbox
from core.errors import Conflict, InvalidInput
from core.states import StaleDecision

FRESH = timedelta(hours=1)
LONGEST_SOURCE = 100_000


class Frozen(Conflict):
    code = "template_frozen"
    title = _("Documents were issued by this version: begin a new one from it to change anything")


class NotTried(Conflict):
    code = "template_not_tried"
    title = _("Try this very version against the longest past data first: not an hour ago at most")


class TrialRefused(Conflict):
    """`faults` are the positions of the cases that stand in the way."""

    code = "template_refused"
    title = _("The check has found problems; correct them and check again")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an editor writes of a version; the seal in millimetres from the upper left corner."""

    source: str
    is_landscape: bool
    seal_left: float
    seal_top: float
    seal_width: float
    seal_height: float


@transaction.atomic(durable=True)
def begin_template(*, template: Template, starting: str, actor: User) -> TemplateVersion:
    """A template with its first draft, a copy of what we ship as `starting`."""
    template.save()
    version = begin_version(template, starting)
    record_template_event(
        version, TemplateEvent.Action.DRAFT_CREATED, actor=actor, evidence={"from": starting}
    )
    return version


@transaction.atomic(durable=True)
def rename_template(*, template: Template, actor: User) -> None:
    template.save(update_fields=["name_ru", "name_en"])
    newest = template.versions.order_by("-number")[0]
    record_template_event(
        newest, TemplateEvent.Action.RENAMED, actor=actor, evidence={"name": template.name_ru}
    )


@transaction.atomic(durable=True)
def begin_from(*, version: TemplateVersion, actor: User) -> TemplateVersion:
    """A draft with the source and the pictures of `version`."""
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


@transaction.atomic(durable=True)
def write_draft(
    *, version: TemplateVersion, drawing: Drawing, expected_digest: str, actor: User
) -> TemplateVersion:
    """`expected_digest` is what the editor had before them: another one meanwhile is refused."""
    draft = _lock_draft(version)
    if draft.digest != expected_digest:
        raise StaleDecision(_("Someone else has saved this draft while you were writing."))
    draft.source = drawing.source.replace("\r\n", "\n")
    draft.is_landscape = drawing.is_landscape
    draft.seal_left, draft.seal_top = drawing.seal_left, drawing.seal_top
    draft.seal_width, draft.seal_height = drawing.seal_width, drawing.seal_height
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
    _sum_up(draft, action=TemplateEvent.Action.EDITED, actor=actor)
    return draft


def _refuse_seal_off_the_page(draft: TemplateVersion) -> None:
    width, height = designs.of_draft(draft).page
    off = _("The seal has to lie on the page whole.")
    wrong = {
        "seal_width": draft.seal_left + draft.seal_width > width,
        "seal_height": draft.seal_top + draft.seal_height > height,
    }
    if any(wrong.values()):
        raise InvalidInput({name: [off] for name, is_off in wrong.items() if is_off})


@transaction.atomic(durable=True)
def put_picture(
    *,
    version: TemplateVersion,
    role: TemplateImage.Role,
    picture: Prepared | None,
    alts: tuple[str, str],
    actor: User,
) -> TemplateVersion:
    """In place of the one of that role; None: the words alone are changed."""
    draft = _lock_draft(version)
    said: dict[str, Any] = {"alt_ru": alts[0], "alt_en": alts[1]}
    if picture is not None:
        said |= {
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
            "digest": picture.digest,
        }
    if picture is not None or draft.images.filter(role=role).exists():
        TemplateImage.objects.update_or_create(version=draft, role=role, defaults=said)
    _sum_up(
        draft, action=TemplateEvent.Action.IMAGE_SET, actor=actor, evidence={"role": role.value}
    )
    return draft


@transaction.atomic(durable=True)
def remove_picture(
    *, version: TemplateVersion, role: TemplateImage.Role, actor: User
) -> TemplateVersion:
    draft = _lock_draft(version)
    draft.images.filter(role=role).delete()
    _sum_up(
        draft, action=TemplateEvent.Action.IMAGE_REMOVED, actor=actor, evidence={"role": role.value}
    )
    return draft


@transaction.atomic(durable=True)
def discard_draft(*, version: TemplateVersion, actor: User) -> None:
    """The record keeps its number; a template whose only version it was stays, without any."""
    draft = _lock_draft(version)
    record_template_event(draft, TemplateEvent.Action.DRAFT_DISCARDED, actor=actor)
    draft.delete()


@transaction.atomic(durable=True)
def ask_for_trial(*, version: TemplateVersion) -> TemplateTrial:
    """The one that runs already for this very version, or a new one."""
    locked = _lock(version)
    running = locked.trials.filter(
        state=TrialState.RUNNING,
        digest=locked.digest,
        asked_at__gt=timezone.now() - timedelta(minutes=5),
    ).first()
    if running is not None:
        return running
    # Of the trials before it nothing is asked any more.
    locked.trials.all().delete()
    trial: TemplateTrial = locked.trials.create(digest=locked.digest)
    outbox.publish("template.trial_asked", trial_id=trial.pk)
    return trial


@transaction.atomic(durable=True)
def record_trial(
    *, trial_id: int, cases: Sequence[dict[str, Any]], total: int, is_over: bool
) -> None:
    """How far it has come. Of what is over nothing changes any more."""
    trial = TemplateTrial.objects.select_for_update().filter(pk=trial_id).first()
    if trial is None or not trial.is_running:
        return
    trial.cases, trial.tried, trial.total = list(cases), len(cases), total
    trial.save(update_fields=["cases", "tried", "total"])
    if is_over:
        blocked = not trial.cases or any(case["stands_in_the_way"] for case in trial.cases)
        finish_render_check(trial, TrialState.REFUSED if blocked else TrialState.PASSED)


@transaction.atomic(durable=True)
def activate_version(*, version: TemplateVersion, actor: User) -> TemplateVersion:
    """Documents are made by it from now on; those issued before keep theirs."""
    locked = _lock(version)
    if locked.is_active:
        return locked
    if not locked.is_draft:
        raise Frozen
    trial = _fresh_trial(locked)
    before = locked.template.versions.active()
    if before is not None:
        change_version_state(
            _lock(before),
            TemplateState.RETIRED,
            action=TemplateEvent.Action.RETIRED,
            actor=actor,
            evidence={"by": locked.number},
        )
    change_version_state(
        locked,
        TemplateState.ACTIVE,
        action=TemplateEvent.Action.ACTIVATED,
        actor=actor,
        evidence={"tried": trial.tried},
    )
    return locked


def _fresh_trial(version: TemplateVersion) -> TemplateTrial:
    trial: TemplateTrial | None = version.trials.filter(digest=version.digest).first()
    if trial is None or trial.finished_at is None or trial.finished_at < timezone.now() - FRESH:
        raise NotTried
    if trial.state != TrialState.PASSED:
        standing = [at for at, case in enumerate(trial.cases) if case["stands_in_the_way"]]
        raise TrialRefused(extra={"faults": standing})
    return trial


def _lock(version: TemplateVersion) -> TemplateVersion:
    Template.objects.select_for_update().get(pk=version.template_id)
    rows = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template")
    return rows.get(pk=version.pk)


def _lock_draft(version: TemplateVersion) -> TemplateVersion:
    locked = _lock(version)
    if not locked.is_draft:
        raise Frozen
    return locked


def _sum_up(
    draft: TemplateVersion,
    *,
    action: TemplateEvent.Action,
    actor: User,
    evidence: dict[str, Any] | None = None,
) -> None:
    draft.digest = designs.of_draft(draft).digest
    draft.changed_at = timezone.now()
    draft.save(update_fields=["digest", "changed_at"])
    record_template_event(draft, action, actor=actor, evidence=evidence)

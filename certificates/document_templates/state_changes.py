"""Create versions of templates, and change the status of versions and of render checks.

No other module assigns these statuses.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates.audit import record_template_event
from certificates.form.defaults import DEFAULT_TEMPLATES
from certificates.models import RenderCheck, Template, TemplateEvent, TemplateVersion
from certificates.rendering import starter
from certificates.states import (
    RENDER_CHECK_STEPS,
    TEMPLATE_STEPS,
    RenderCheckStatus,
    TemplateStatus,
)
from core.models import Site


def install_default_template(site: Site, slug: str) -> Template:
    """Return the publication's copy of a default template, created unless the slug is taken."""
    names = DEFAULT_TEMPLATES[slug]
    template, created = Template.objects.get_or_create(
        site=site, slug=slug, defaults={"name_ru": names.name_ru, "name_en": names.name_en}
    )
    if created:
        version = create_version(template, slug, number=1)
        change_version_status(
            version, TemplateStatus.ACTIVE, action=TemplateEvent.Action.INSTALLED, actor=None
        )
    return template


def create_version(template: Template, default: str, *, number: int = 0) -> TemplateVersion:
    """Create a draft that is a copy of the default template `default`; without a number, the
    next."""
    design = starter(default)
    return TemplateVersion.objects.create(
        template=template,
        number=number or next_number(template),
        source=design.source,
        is_landscape=design.is_landscape,
        seal_left=design.seal_area.left,
        seal_top=design.seal_area.top,
        seal_width=design.seal_area.width,
        seal_height=design.seal_area.height,
        digest=design.digest,
    )


def next_number(template: Template) -> int:
    """Lock the template and return its next version number.

    Numbers of discarded drafts are counted as well: the audit log refers to them.
    """
    Template.objects.select_for_update().get(pk=template.pk)
    used = [
        template.versions.order_by("-number").values_list("number", flat=True).first(),
        template.events.order_by("-number").values_list("number", flat=True).first(),
    ]
    return max((number for number in used if number), default=0) + 1


def change_version_status(
    version: TemplateVersion,
    to: TemplateStatus,
    *,
    action: TemplateEvent.Action,
    actor: User | None,
    evidence: Mapping[str, Any] | None = None,
) -> bool:
    """Change a locked version; False, with nothing written, if it is in that status already."""
    before = TemplateStatus(version.status)
    if not TEMPLATE_STEPS.needs_change(before, to):
        return False
    version.status = to
    if to is TemplateStatus.ACTIVE:
        version.activated_at, version.activated_by = timezone.now(), actor
    version.save(update_fields=["status", "activated_at", "activated_by"])
    record_template_event(version, action, actor=actor, change=(before, to), evidence=evidence)
    return True


def finish_render_check(check: RenderCheck, to: RenderCheckStatus) -> None:
    """Set the result of a locked render check that is still running."""
    if RENDER_CHECK_STEPS.needs_change(RenderCheckStatus(check.status), to):
        check.status, check.finished_at = to, timezone.now()
        check.save(update_fields=["status", "finished_at"])

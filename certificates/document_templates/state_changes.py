"""Create versions of templates, and change the state of versions and of render checks.

No other module assigns these states.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates.audit import record_template_event
from certificates.form.defaults import DEFAULT_TEMPLATES
from certificates.models import Template, TemplateEvent, TemplateTrial, TemplateVersion
from certificates.rendering import starter
from certificates.states import TEMPLATE_STEPS, TRIAL_STEPS, TemplateState, TrialState
from core.models import Site


def adopted(site: Site, slug: str) -> Template:
    """The publication's own copy of a template that we ship; one of that code is left alone."""
    named = DEFAULT_TEMPLATES[slug]
    template, created = Template.objects.get_or_create(
        site=site, slug=slug, defaults={"name_ru": named.name_ru, "name_en": named.name_en}
    )
    if created:
        version = begin_version(template, slug)
        change_version_state(
            version, TemplateState.ACTIVE, action=TemplateEvent.Action.INSTALLED, actor=None
        )
    return template


def begin_version(template: Template, starting: str) -> TemplateVersion:
    """A draft that copies what we ship under the name `starting`."""
    design = starter(starting)
    return TemplateVersion.objects.create(
        template=template,
        number=next_number(template),
        source=design.source,
        is_landscape=design.is_landscape,
        seal_left=design.seal_area.left,
        seal_top=design.seal_area.top,
        seal_width=design.seal_area.width,
        seal_height=design.seal_area.height,
        digest=design.digest,
    )


def next_number(template: Template) -> int:
    """Under a lock of the template; the number of a discarded draft is not given again."""
    Template.objects.select_for_update().get(pk=template.pk)
    given = [
        template.versions.order_by("-number").values_list("number", flat=True).first(),
        template.events.order_by("-number").values_list("number", flat=True).first(),
    ]
    return max((number for number in given if number), default=0) + 1


def change_version_state(
    version: TemplateVersion,
    to: TemplateState,
    *,
    action: TemplateEvent.Action,
    actor: User | None,
    evidence: Mapping[str, Any] | None = None,
) -> bool:
    """Change a locked version; False, with nothing written, if it is in that state already."""
    before = TemplateState(version.state)
    if not TEMPLATE_STEPS.needs_change(before, to):
        return False
    version.state = to
    if to is TemplateState.ACTIVE:
        version.activated_at, version.activated_by = timezone.now(), actor
    version.save(update_fields=["state", "activated_at", "activated_by"])
    record_template_event(version, action, actor=actor, change=(before, to), evidence=evidence)
    return True


def finish_render_check(check: TemplateTrial, to: TrialState) -> None:
    """Set the result of a locked render check that is still running."""
    if TRIAL_STEPS.needs_change(TrialState(check.state), to):
        check.state, check.finished_at = to, timezone.now()
        check.save(update_fields=["state", "finished_at"])

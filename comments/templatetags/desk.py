from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.models import ComplaintEvent
from comments.screening.reasons import Phase

register = template.Library()

_SECTIONS: tuple[tuple[str, Promise], ...] = (
    ("desk", _("Queues")),
    ("desk-threads", _("Discussions")),
    ("desk-rulebook", _("House rules")),
    ("desk-words", _("Word lists")),
    ("desk-sanctions", _("Sanctions")),
    ("desk-appeals", _("Appeals")),
    ("desk-complaints", _("Complaints")),
    ("desk-numbers", _("Numbers")),
)


@dataclass(frozen=True, slots=True)
class Section:
    label: str | Promise
    url: str
    is_current: bool


@register.inclusion_tag("comments/desk/nav.html", takes_context=True)
def desk_nav(context: Context) -> dict[str, list[Section]]:
    """Return the sections of the desk's navigation."""
    path = context["request"].path
    urls = [(reverse(f"comments:{name}"), label) for name, label in _SECTIONS]
    # The queues are at the root, so the longest matching URL is the current section.
    current = max((url for url, _label in urls if path.startswith(url)), key=len)
    return {"sections": [Section(label, url, url == current) for url, label in urls]}


@register.filter
def complaint_action(action: str) -> str:
    return str(ComplaintEvent.Action(action).label)


@register.filter
def phase_label(finding: Mapping[str, Any]) -> str:
    """Return the label of a screening phase for editors; authors read the reason's sentence."""
    phase = finding["phase"]
    # A revision keeps its verdict for good, and so the name of a phase that the product dropped.
    return str(Phase(phase).label) if phase in Phase.values else str(phase)


@register.filter
def as_duration(waited: timedelta | None) -> str:
    """With no more than two units: an editor wants to know minutes or days, not seconds of days."""
    if waited is None:
        return "—"
    seconds = int(waited.total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return gettext("%(minutes)s min") % {"minutes": minutes}
    return gettext("%(seconds)s s") % {"seconds": seconds}

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
from comments.screening.verdicts import Phase

register = template.Library()

_PHASES: Mapping[str, Promise] = {
    Phase.LENGTH: _("its length"),
    Phase.THREAD: _("closed discussion"),
    Phase.PREMODERATION: _("read first in this discussion"),
    Phase.SANCTION: _("the person is restricted"),
    Phase.RATE: _("many comments in a short time"),
    Phase.DUPLICATE: _("said before"),
    Phase.BANNED_WORDS: _("banned words"),
    Phase.SUSPECT_WORDS: _("suspect words"),
    Phase.LINKS: _("links"),
    Phase.CAPITALS: _("capitals"),
    Phase.REPETITION: _("repetition"),
    Phase.NEWCOMER: _("newcomer"),
    Phase.TRUST: _("many comments declined before"),
    Phase.COMPLAINT: _("looks like a complaint about the publication"),
}

_SECTIONS: tuple[tuple[str, Promise], ...] = (
    ("desk", _("Queues")),
    ("desk-threads", _("Discussions")),
    ("desk-rulebook", _("House rules")),
    ("desk-words", _("Word lists")),
    ("desk-sanctions", _("Restrictions")),
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
    """The sections of the desk; every page of it stands in one."""
    path = context["request"].path
    urls = [(reverse(f"comments:{name}"), label) for name, label in _SECTIONS]
    # The queues stand at the root, so the longest address that fits is the present one.
    current = max((url for url, _label in urls if path.startswith(url)), key=len)
    return {"sections": [Section(label, url, url == current) for url, label in urls]}


@register.filter
def complaint_action(action: str) -> str:
    return str(ComplaintEvent.Action(action).label)


@register.filter
def phase_label(finding: Mapping[str, Any]) -> str:
    """What a phase of screening found, for editors; the author reads another sentence."""
    return str(_PHASES.get(finding["phase"], finding["phase"]))


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

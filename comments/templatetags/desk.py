from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Sanction, SanctionEvent
from accounts.states import SanctionStatus
from comments.models import Comment, ComplaintEvent, ExternalReview, Revision
from comments.screening.reasons import Phase
from comments.states import ExternalReviewStatus
from comments.text.highlights import Span, highlighted
from core.web.sections import Section, sections_at

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


# The row of digits and the two keys to the right of it.
RULE_KEYS = "1234567890-="
# Phases whose evidence is a part of the text; the others are about all of it.
_HIGHLIGHTED = frozenset({Phase.BANNED_WORDS, Phase.SUSPECT_WORDS, Phase.LINKS, Phase.COMPLAINT})
_SANCTION_CHANGES: Mapping[SanctionStatus, Promise] = {
    SanctionStatus.ACTIVE: pgettext_lazy("sanction", "imposed"),
    SanctionStatus.LIFTED: pgettext_lazy("sanction", "lifted"),
    SanctionStatus.LAPSED: pgettext_lazy("sanction", "expired"),
}


@register.inclusion_tag("comments/desk/nav.html", takes_context=True)
def desk_nav(context: Context) -> dict[str, list[Section]]:
    """Return the sections of the desk's navigation."""
    entries = ((reverse(f"comments:{name}"), label) for name, label in _SECTIONS)
    return {"sections": sections_at(context["request"].path, entries)}


@register.filter
def complaint_action(action: str) -> str:
    return str(ComplaintEvent.Action(action).label)


@register.filter
def phase_label(finding: Mapping[str, Any]) -> str:
    """Return the label of a screening phase for editors; authors read the reason's sentence."""
    phase = finding["phase"]
    if phase == Phase.SANCTION:
        return _sanctions_label(finding)
    # A revision keeps its verdict for good, and so the name of a phase that the product dropped.
    return str(Phase(phase).label) if phase in Phase.values else str(phase)


def _sanctions_label(finding: Mapping[str, Any]) -> str:
    """Name the sanctions: a warning alone must not read like a ban."""
    kinds = [item["text"] for item in finding.get("evidence", ())]
    labels = [str(Sanction.Kind(kind).label) for kind in kinds if kind in Sanction.Kind.values]
    return gettext("sanctions on the author: %(kinds)s") % {"kinds": ", ".join(labels)}


@register.filter
def deciding(verdict: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the findings of a stored verdict that made its outcome."""
    return [phase for phase in verdict["phases"] if phase["outcome"] == verdict["outcome"]]


@register.filter
def sanction_change(event: SanctionEvent) -> str:
    """Return what an event did to a sanction."""
    to = SanctionStatus(event.to_status)
    if to == SanctionStatus.ACTIVE and (event.from_status or "continues" in event.evidence):
        return gettext("carried over from another account of the same person")
    return str(_SANCTION_CHANGES[to])


@register.filter
def findings(comment: Comment) -> Sequence[Mapping[str, Any]]:
    """Return what screening found in the comment's present text."""
    revision = _present_revision(comment)
    return revision.findings if revision else ()


@register.filter
def review_answer(comment: Comment) -> str:
    """Return what the publication's own moderation service said of the present text."""
    revision = _present_revision(comment)
    review: ExternalReview | None = getattr(revision, "external_review", None)
    if review is None or not review.note:
        return ""
    if review.status == ExternalReviewStatus.ANSWERED:
        return review.note
    # Why a request failed is written for those who run the service, in English.
    return str(ExternalReviewStatus(review.status).label)


@register.filter
def highlighted_html(comment: Comment) -> SafeString:
    """Return the comment as the page shows it, with marks where screening found something."""
    spans = [
        Span(item["start"], item["end"], _explained(finding, item))
        for finding in findings(comment)
        if finding["phase"] in _HIGHLIGHTED
        for item in finding.get("evidence", ())
        if "start" in item
    ]
    return SafeString(highlighted(comment.html, comment.text, spans))


@register.filter
def by_word(evidence: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the words of the text that a finding names, each once with all that it matched."""
    words: dict[tuple[int, str], dict[str, Any]] = {}
    # Findings without words, such as those of a moderation service, have no evidence.
    for item in evidence or ():
        if item.get("start") is None:
            continue
        place = item["start"], item["text"]
        word = words.setdefault(place, {"text": item["text"], "looks_like": [], "entries": []})
        for key, name in (("looks_like", "looks_like"), ("entries", "against")):
            if (value := item.get(name)) and value not in word[key]:
                word[key].append(value)
    for word in words.values():
        word["entries"] = [entry for entry in word["entries"] if entry not in word["looks_like"]]
    return list(words.values())


def _explained(finding: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    entry = item.get("looks_like") or item.get("against")
    return f"{phase_label(finding)}: {entry}" if entry else phase_label(finding)


def _present_revision(comment: Comment) -> Revision | None:
    number = comment.revision_number
    return next((one for one in comment.revisions.all() if one.number == number), None)


@register.filter
def rule_key(number: int) -> str:
    """Return the key that chooses the rule with this number, or nothing if it has none.

    `desk-keys.js` knows the same keys.
    """
    return RULE_KEYS[number - 1] if number <= len(RULE_KEYS) else ""


@register.simple_tag(takes_context=True)
def shortcut(context: Context, key: str) -> SafeString:
    """Return the attribute that names a key, unless the person has switched single keys off."""
    if not context["request"].user.uses_shortcuts:
        return SafeString("")
    return format_html(' aria-keyshortcuts="{}"', key)


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

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.sections import Section, sections_at

register = template.Library()

_SECTIONS: tuple[tuple[str, str | Promise], ...] = (
    ("registrar", _("Applications")),
    ("register", pgettext_lazy("of certificates", "Register")),
    ("imports", _("Tables")),
    ("registrar-programmes", _("Programmes")),
    ("registrar-templates", pgettext_lazy("of documents", "Templates")),
)


@register.inclusion_tag("certificates/registrar/nav.html", takes_context=True)
def registrar_nav(context: Context) -> dict[str, list[Section]]:
    """Return the sections of the registrar's navigation."""
    entries = ((reverse(f"certificates:{name}"), label) for name, label in _SECTIONS)
    return {"sections": sections_at(context["request"].path, entries)}

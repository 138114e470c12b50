"""Filters that every template has (`TEMPLATES` in the settings)."""

from datetime import datetime
from typing import Any, cast

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise

from core import audit, languages

register = template.Library()


@register.simple_tag(takes_context=True)
def has_form_errors(context: Context) -> bool:
    """Return whether a form of the page was refused: its title then begins with “Error:”.

    Screen readers and tabs show the title first (GOV.UK does the same). `is_refused`, `has_faults`
    and a sentence called `fault` are of pages whose forms are not Django's.
    """
    values = cast("dict[str, Any]", context.flatten())
    if values.get("is_refused"):
        return True
    if values.get("has_faults") or isinstance(values.get("fault"), str | Promise):
        return bool(values.get("has_faults") or values["fault"])
    # `errors` would validate a form that was not sent.
    forms = (value for value in values.values() if isinstance(value, BaseForm | BaseFormSet))
    return any(vars(form)["_errors"] for form in forms)


@register.filter
def inside_quotes(text: object) -> str:
    """A title, a name or a rule that the sentence puts in quotes: `“{{ title }}”`."""
    return languages.inside_quotes(str(text))


@register.filter
def before_colon(label: object) -> str:
    """A field's label in front of its error: the label of a consent is a whole sentence."""
    return str(label).rstrip(" .:")


@register.filter
def language_of(text: object) -> str:
    """The language of words that people wrote: `lang="{{ title|language_of }}"`."""
    return languages.language_of(str(text))


@register.filter
def moment(at: datetime | None) -> str:
    """A date and time with its time zone; an empty string for None."""
    return languages.moment(at) if at else ""


@register.filter
def actor(label: str) -> str:
    """Return the actor's name for the `actor_label` of an audit event."""
    return audit.actor_name(label)


@register.simple_tag
def present_moment() -> str:
    """The date and time of now, as `moment` writes them."""
    return languages.moment(timezone.now())

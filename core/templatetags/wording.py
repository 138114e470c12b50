"""Filters that every template has (`TEMPLATES` in the settings)."""

from datetime import datetime

from django import template
from django.utils import timezone

from core import languages

register = template.Library()


@register.filter
def inside_quotes(text: object) -> str:
    """A title, a name or a rule that the sentence puts in quotes: `“{{ title }}”`."""
    return languages.inside_quotes(str(text))


@register.filter
def language_of(text: object) -> str:
    """The language of words that people wrote: `lang="{{ title|language_of }}"`."""
    return languages.language_of(str(text))


@register.filter
def moment(at: datetime | None) -> str:
    """A date and time with its time zone; an empty string for None."""
    return languages.moment(at) if at else ""


@register.simple_tag
def present_moment() -> str:
    """The date and time of now, as `moment` writes them."""
    return languages.moment(timezone.now())

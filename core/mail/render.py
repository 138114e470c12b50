"""One template file per e-mail becomes its subject, its plain text and its HTML.

The file extends `mail/email.html` and fills blocks. Each block is rendered separately, because the
plain parts must not be escaped and the HTML parts must be; the frames around them are the same for
every e-mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Template
from django.template.context import make_context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from core.models import Site

# `subject` comes after `heading`, which it may repeat.
_PLAIN = (
    *("heading", "subject", "preheader", "lines", "button", "details", "after", "reason"),
    *("text", "footer_text"),
)
_MARKUP = ("html", "footer_html")


@dataclass(frozen=True, slots=True)
class Content:
    subject: str
    text: str
    html: str


def render(template: str, *, site: Site, language: str, context: Mapping[str, Any]) -> Content:
    """Render an e-mail in a language, with times by the clock of the publication."""
    with translation.override(language), timezone.override(site.clock):
        parts = _parts(template, {"site": site, **context})
        return Content(
            subject=parts["subject"],
            text=render_to_string("mail/frame.txt", parts).strip() + "\n",
            html=render_to_string("mail/frame.html", parts),
        )


def _parts(template: str, context: Mapping[str, Any]) -> dict[str, Any]:
    # Django's own engine, the only one configured, keeps the compiled template here.
    compiled: Template = get_template(template).template  # type: ignore[attr-defined]
    parts: dict[str, Any] = {}
    for name in (*_PLAIN, *_MARKUP):
        own = {**context, "heading": parts.get("heading", ""), "part": name}
        rendered = compiled.render(make_context(own, autoescape=name in _MARKUP)).strip()
        # A line break in a subject would begin a new header.
        parts[name] = " ".join(rendered.split()) if name == "subject" else rendered
    parts["heading"] = parts["heading"] or parts["subject"]
    for name in ("lines", "details"):
        parts[name] = [line.strip() for line in parts[name].splitlines() if line.strip()]
    return {**context, **parts}

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
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from core.models import Site

# `subject` comes after `heading`, which it may repeat.
_PLAIN = (
    *("heading", "subject", "preheader", "lines", "button", "details", "after", "reason"),
    *("text", "footer_text"),
)
_MARKUP = ("html", "footer_html")


# Mail programs show some 70 characters of a subject; Gmail cuts at 130.
SUBJECT_LIMIT = 120
# Lists of e-mails show what follows a short preheader, which would be the masthead. Nothing visible
# fills the line instead.
_FILLER = SafeString("&zwnj;&nbsp;" * 80)


@dataclass(frozen=True, slots=True)
class Content:
    """`language` is that of the texts; empty for the installation's."""

    subject: str
    text: str
    html: str
    language: str = ""


def render(template: str, *, site: Site, language: str, context: Mapping[str, Any]) -> Content:
    """Render an e-mail in a language, with times by the clock of the publication."""
    with translation.override(language), timezone.override(site.clock):
        parts = _parts(template, {"site": site, **context})
        return Content(
            subject=parts["subject"],
            text=render_to_string("mail/frame.txt", parts).strip() + "\n",
            html=render_to_string("mail/frame.html", parts),
            language=language,
        )


def _parts(template: str, context: Mapping[str, Any]) -> dict[str, Any]:
    # Django's own engine, the only one configured, keeps the compiled template here.
    compiled: Template = get_template(template).template  # type: ignore[attr-defined]
    parts: dict[str, Any] = {}
    for name in (*_PLAIN, *_MARKUP):
        own = {**context, "heading": parts.get("heading", ""), "part": name}
        rendered = compiled.render(make_context(own, autoescape=name in _MARKUP)).strip()
        parts[name] = _subject(rendered) if name == "subject" else rendered
    parts["heading"] = parts["heading"] or parts["subject"]
    for name in ("lines", "details"):
        parts[name] = [line.strip() for line in parts[name].splitlines() if line.strip()]
    # The text of a comment may be nothing but a picture or a link, which leaves no words.
    first = parts["preheader"] or next(iter(parts["lines"]), "") or parts["heading"]
    return {**context, **parts, "preheader": " ".join(first.split()), "filler": _FILLER}


def _subject(rendered: str) -> str:
    # A line break in a subject would begin a new header.
    return Truncator(" ".join(rendered.split())).chars(SUBJECT_LIMIT)

"""From templates to a letter that waits to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import post_written_letter
from accounts.models import User
from comments.models import Comment
from core.models import Site


@dataclass(frozen=True, slots=True)
class Composed:
    subject: str
    text: str
    html: str


def compose(name: str, context: Mapping[str, Any]) -> Composed:
    """In the language that is active at the call."""

    def rendered(part: str) -> str:
        return render_to_string(f"comments/mail/{name}{part}", dict(context)).strip()

    return Composed(rendered("_subject.txt"), rendered(".txt") + "\n", rendered(".html"))


def post_to(person: User | None, name: str, site: Site, context: Mapping[str, Any]) -> None:
    """In the person's own language; those who were erased get no letters any more."""
    if person is None or not person.is_active:
        return
    with override(person.language), timezone.override(site.clock):
        letter = compose(name, {"site": site, **context})
    post_written_letter(
        to=person.email, site=site, subject=letter.subject, text=letter.text, html=letter.html
    )


def absolute(route: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(route, args=args)}"


def page_of(comment: Comment) -> str:
    """The publication's page where it is known, else a page of ours that leads there."""
    return comment.thread.url or absolute("comments:permalink", comment.pk)

"""Letters about a comment, handed to the mail queue in the transaction of the decision."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.actions import post_written_letter
from comments.models import Comment, ModerationEvent
from core.models import Site


def tell_author(comment: Comment, event: ModerationEvent) -> None:
    """Which rule the editors applied, and what the text was."""
    if comment.author is None:
        return
    with override(comment.author.language):
        _post(comment.author.email, "decision", comment, event)


def pass_on(comment: Comment, event: ModerationEvent) -> None:
    """A complaint goes to the publication's address, with a way to answer its author."""
    _post(comment.thread.site.complaints_email, "complaint", comment, event)


def _post(to: str, name: str, comment: Comment, event: ModerationEvent) -> None:
    site: Site = comment.thread.site
    context: dict[str, Any] = {"site": site, "comment": comment, "event": event}

    def rendered(part: str) -> str:
        return render_to_string(f"comments/mail/{name}{part}", context).strip()

    post_written_letter(
        to=to,
        site=site,
        subject=rendered("_subject.txt"),
        text=rendered(".txt"),
        html=rendered(".html"),
    )

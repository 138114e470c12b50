"""Render and queue the e-mails about comments."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from comments.models import Comment
from core import mail
from core.models import Site

_DEFAULTS = mail.Options()


def send_to(
    user: User | None,
    name: str,
    site: Site,
    context: Mapping[str, Any],
    options: mail.Options = _DEFAULTS,
) -> None:
    """Queue the e-mail `name` in the person's own language; erased people get none."""
    if user is None or not user.is_active:
        return
    content = mail.render(
        f"comments/emails/{name}.html", site=site, language=user.language, context=context
    )
    mail.enqueue(to=user.email, site=site, content=content, options=options)


def about_comment(comment_id: int) -> str:
    """The conversation of an author and the editors about a comment, for `Options.thread`."""
    return f"comment-{comment_id}"


def absolute(route: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(route, args=args)}"


def page_of(comment: Comment) -> str:
    """The publication's page where it is known, else a page of ours that leads there."""
    return comment.thread.url or absolute("comments:permalink", comment.pk)

from dataclasses import dataclass
from datetime import datetime

from comments.emails.compose import about_comment, absolute, page_of, send_to
from comments.emails.statement_of_reasons import Statement, statement_on
from comments.models import Comment, EmailText, ModerationEvent, Rule
from comments.models.email_settings import email_settings_of
from core import mail


@dataclass(frozen=True, slots=True)
class Decided:
    """Context of the e-mail. `statement` is set when the law requires a statement of reasons.

    `words` is the publication's own text for the rule.
    """

    comment: Comment
    event: ModerationEvent
    rule: Rule
    page: str
    words: EmailText | None
    statement: Statement | None
    appeal_until: datetime | None
    appeal_url: str


def comment_decided(comment: Comment, event: ModerationEvent) -> None:
    """Of a decision against the comment, or that it is hidden; `event` names its rule."""
    if event.rule is None:
        return
    context = {"details": decided(comment, event)}
    options = mail.Options(thread=about_comment(comment.pk))
    send_to(comment.author, "decision", comment.thread.site, context, options)


def decided(comment: Comment, event: ModerationEvent) -> Decided:
    rule = event.rule
    if rule is None:
        raise ValueError(event)
    email_settings = email_settings_of(comment.thread.site)
    words = email_settings.custom_text_for(rule)
    states_reasons = email_settings.must_state_reasons(rule)
    return Decided(
        comment=comment,
        event=event,
        rule=rule,
        page=page_of(comment),
        words=words,
        # Article 17(3) of the Digital Services Act, where the publication says that it is under
        # that law.
        statement=statement_on(comment, event) if states_reasons else None,
        appeal_until=email_settings.appeal_until(event),
        appeal_url=absolute("comments:appeal", comment.pk),
    )

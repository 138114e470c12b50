"""A row of the queue as the message that goes out: sender, headers and encoding of every e-mail."""

from email.charset import QP, SHORTEST, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, quote
from typing import Any
from urllib.parse import urlsplit

from anymail.message import AnymailMessage
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation

from core.mail.render import Content, render
from core.models import Email

# Quoted-printable: a mail server without 8BITMIME would re-encode 8-bit parts on the way, and that
# breaks their DKIM signature.
_UTF8 = Charset("utf-8")
_UTF8.header_encoding, _UTF8.body_encoding = SHORTEST, QP
_LINE = 76  # of a header line with encoded words (RFC 2047, section 2)
# The lines are folded below. Python's own folding leaves the first line empty where the first word
# is long, and many programs then show a space before the subject.
_UNFOLDED = compat32.clone(max_line_length=None)


class QueuedMessage(AnymailMessage):
    encoding = _UTF8

    def message(self) -> Message:
        message: Message = super().message()
        message.policy = _UNFOLDED
        _replace(message, "Subject", _encoded("Subject", self.subject))
        _replace(message, "From", _mailbox("From", self.from_email))
        return message


def build_message(email: Email) -> QueuedMessage:
    content = _content(email)
    reply_to = _reply_to(email)
    message = QueuedMessage(
        subject=content.subject,
        body=content.text,
        from_email=_sender(email, content),
        to=[email.to],
        reply_to=[reply_to] if reply_to else None,
        headers=_headers(email),
        metadata=email.metadata or None,
    )
    message.attach_alternative(content.html, "text/html")
    for attachment in email.attachments:
        with default_storage.open(attachment["stored_as"]) as file:
            message.attach(attachment["filename"], file.read(), attachment["content_type"])
    return message


def own_host() -> str:
    """The host of `BASE_URL`: a worker's own name is internal, and differs between workers."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _content(email: Email) -> Content:
    if not email.template:
        return Content(
            subject=email.subject, text=email.text, html=email.html, language=email.language
        )
    return render(email.template, site=email.site, language=email.language, context=email.context)


def _sender(email: Email, content: Content) -> str:
    """The publication's name, in the language of the e-mail: it is whom the reader knows."""
    address = email.site.email_from or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with translation.override(content.language or settings.LANGUAGE_CODE):
        name = " ".join(email.site.name.split())
    return f'"{quote(name)}" <{address}>'


def _reply_to(email: Email) -> str:
    """Return the newsroom's address, unless the e-mail names another or goes to the newsroom."""
    answered_by = email.reply_to or email.site.complaints_email
    return "" if answered_by.lower() == email.to.lower() else answered_by


def _headers(email: Email) -> dict[str, Any]:
    headers = {
        # RFC 3834: keeps holiday responders from answering.
        "Auto-Submitted": "auto-generated",
        # The same for Exchange, which does not read the former. Not `All`: that would suppress
        # the reports of undelivered e-mails, too.
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "Message-ID": f"<{email.uid.hex}@{own_host()}>",
        **email.headers,
    }
    if email.list_name:
        # RFC 2919; mail programs sort by it.
        headers["List-Id"] = f"<{email.list_name}.{email.site.slug}.{own_host()}>"
    if email.thread:
        # No e-mail has this id: mail programs put those together that refer to the same one.
        thread = f"<{email.thread}@{own_host()}>"
        headers |= {"In-Reply-To": thread, "References": thread}
    return headers


def _replace(message: Message, name: str, value: str) -> None:
    del message[name]
    # Past Django's check for line breaks, which has seen the value before it was folded.
    Message.__setitem__(message, name, value)


def _encoded(name: str, text: str) -> str:
    # Of ASCII, a line may have 998 characters, and a subject has at most 120.
    if text.isascii():
        return text
    return Header(text, _UTF8, header_name=name, maxlinelen=_LINE).encode()


def _mailbox(name: str, mailbox: str) -> str:
    display_name, address = parseaddr(mailbox)
    if display_name.isascii():
        return mailbox
    encoded = _encoded(name, display_name)
    last_line = len(encoded) - encoded.rfind("\n") if "\n" in encoded else len(f"{name}: {encoded}")
    space = " " if last_line + len(f" <{address}>") <= _LINE else "\n "
    return f"{encoded}{space}<{address}>"

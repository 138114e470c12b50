"""Checks that every e-mail must pass, read from the message as a mail server gets it."""

import re
from html import unescape

from .world import NEWSROOM

_NAMES = {"ru": "Вести образования", "en": "Education News"}
_LONGEST_SUBJECT = 120
_ENCODED_LINE = 76
_PREHEADER = re.compile(r'<div style="display:none[^"]*">(.*?)</div>', re.DOTALL)
_NESTED = {"ru": r"«[^»]*«|»[^«]*»", "en": r"“[^”]*“"}
_CONVERSATIONS = ("comments/emails/", "certificates/emails/d", "certificates/emails/r")


def check_headers(case, language, email):
    [sender] = email["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (_NAMES[language], "no-reply@localhost")
    [answered_by] = email["Reply-To"].addresses if email["Reply-To"] else [None]
    if case.to == NEWSROOM:
        assert answered_by is not None
        assert answered_by.addr_spec.endswith("@example.org")
    else:
        assert answered_by.addr_spec == NEWSROOM
    assert email["Auto-Submitted"] == "auto-generated"
    assert "OOF" in email["X-Auto-Response-Suppress"]
    assert re.fullmatch(r"<[0-9a-f]{32}@otklik\.example>", email["Message-ID"])
    assert email["References"] == email["In-Reply-To"]
    several = case.name in {"claim-code", "digest"}
    if case.template.startswith(_CONVERSATIONS) and not several:
        assert re.fullmatch(r"<[a-z]+-\d+@otklik\.example>", email["References"])
    is_list = case.template == "comments/emails/notifications"
    assert bool(email["List-Id"]) == bool(email["List-Unsubscribe"]) == is_list
    assert _NAMES[language] not in email["Subject"]
    assert 0 < len(email["Subject"]) <= _LONGEST_SUBJECT


def check_encoding(source, email):
    assert source.isascii()
    for part in email.walk():
        if part.get_content_maintype() == "text":
            assert part["Content-Transfer-Encoding"] == "quoted-printable"
    # Some programs show a space before a value whose header begins with an empty line.
    headers = source.partition(b"\n\n")[0].decode()
    assert not re.search(r"^[\w-]+:[ \t]*$", headers, re.MULTILINE)
    for line in headers.splitlines():
        assert "=?" not in line or len(line) <= _ENCODED_LINE


def check_preview(subject, html):
    preview = unescape(_PREHEADER.search(html)[1])
    words = preview.replace("\N{ZERO WIDTH NON-JOINER}", "").replace("\N{NO-BREAK SPACE}", "")
    assert len(words.strip()) > len("12345678")
    assert words.strip() != subject
    # Longer than any list of e-mails shows.
    assert len(preview) > 150


def check_words(language, subject, text, html):
    """`Site.time_zone` is that of Vladivostok."""
    shown = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL))
    for part in (subject, text, shown):
        assert not re.search(_NESTED[language], part, re.DOTALL)
        assert "**" not in part
        # A Russian date ends with «г.», so no sentence may end with one.
        assert not re.search(r"(?<!\.)\.\.(?!\.)", part)
        # One clock, the publication's, and named.
        assert not re.search(r"(?<![\d:])\d{1,2}:\d{2}(?![\d:])(?! \(UTC\+10\))", part)
    assert not text.startswith(subject)
    # A link says what it opens, or follows a sentence that does.
    assert not re.search(r"(?<![:,])\n\nhttps?://", text)

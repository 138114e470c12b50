"""Every e-mail there is, in both languages: it goes out, whole, and leans on nothing elsewhere."""

import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps

from tests.support.emails.catalogue import EMAILS
from tests.support.emails.checks import (
    check_encoding,
    check_headers,
    check_preview,
    check_words,
)

pytestmark = pytest.mark.django_db
_NAMES = [case.name for case in EMAILS]


class _Read(HTMLParser):
    """Return parts of the HTML that a mail program could block or would fetch remotely."""

    def __init__(self, html):
        super().__init__()
        self.links, self.fetched, self.tags = [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attributes = dict(attrs)
        if tag == "a":
            self.links.append(attributes["href"])
        self.fetched += [
            attributes[name] for name in ("src", "background", "srcset") if name in attributes
        ]


def email_templates():
    """Return the templates that extend the e-mail layout."""
    for app in apps.get_app_configs():
        for path in Path(app.path).glob("templates/*/emails/[!_]*.html"):
            yield str(path.relative_to(Path(app.path) / "templates").with_suffix(""))


def test_every_email_is_in_the_catalogue():
    assert {case.template for case in EMAILS} == set(email_templates())
    assert len(set(_NAMES)) == len(_NAMES)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("case", EMAILS, ids=_NAMES)
def test_it_goes_out_once_in_both_parts_and_well_made(case, language, sent, site, rendered):
    # Far from the installation's own clock.
    site.time_zone = "Asia/Vladivostok"
    site.save()
    [email] = sent(case, language)
    assert f"{case.template}.html" in rendered
    [html] = [part.content for part in email.alternatives if part.mimetype == "text/html"]
    assert f'<html lang="{language}">' in html
    assert re.fullmatch(r"\S.*\S", email.subject)
    for part in (email.body, html):
        assert "{{" not in part
        assert "{%" not in part
        assert "%(" not in part
    source = email.message().as_bytes()
    read = message_from_bytes(source, policy=default)
    check_headers(case, language, read)
    check_encoding(source, read)
    check_preview(email.subject, html)
    check_words(language, email.subject, email.body, html)
    markup = _Read(html)
    assert all(
        link.startswith(("https://", "http://testserver/", "mailto:")) for link in markup.links
    )
    assert markup.fetched == []
    assert markup.tags.isdisjoint({"script", "img", "link", "form", "iframe"})
    # Three empty lines in a row are a hole that a condition has left.
    assert "\n\n\n\n" not in email.body

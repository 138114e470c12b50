"""The recipe "Add an e-mail" of core/mail/README.md works in every app, with two files.

It is followed in a copy of the project; the copy then queues, renders and sends the new e-mails.
"""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from core.models import Email
from tests.support.recipes import Copy, git

# App: the file of the function, as the recipe names it.
_APPS = {
    "accounts": "accounts/emails.py",
    "certificates": "certificates/emails.py",
    "comments": "comments/emails/proof.py",
    "webhooks": "webhooks/emails.py",
}

_TEMPLATE = """{% extends "mail/email.html" %}
{% load i18n %}
{% block subject %}Proof for {{ name }}{% endblock subject %}
{% block lines %}First <line>
Second line{% endblock lines %}
{% block reason %}You get this e-mail because of a test.{% endblock reason %}
"""

_FUNCTION = """

from core import mail as _mail


def proof(to, site):
    content = _mail.render(
        "{app}/emails/proof.html", site=site, language="en", context={{"name": "{app}"}}
    )
    _mail.enqueue(to=to, site=site, content=content)
"""

# Runs in the copy, with its modules, on the database of this test.
_USE = """
import importlib, json, sys

import django

django.setup()

from django.core import mail
from core.mail.send import SendResult, send_email
from core.models import Email, Site
from django.conf import settings

settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
for module in json.loads(sys.argv[1]):
    importlib.import_module(module).proof("anna@example.org", Site.objects.get())
for email in Email.objects.order_by("id"):
    assert send_email(email.pk) == SendResult.SENT
print(json.dumps([
    [message.subject, message.body, message.alternatives[0][0]] for message in mail.outbox
]))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = Copy(tmp_path_factory.mktemp("project")).folder
    for app in _APPS:
        add_email(folder, app)
    return folder


def add_email(folder, app):
    (folder / template_of(app)).write_text(_TEMPLATE)
    with (folder / _APPS[app]).open("a") as module:
        module.write(_FUNCTION.format(app=app))


def template_of(app):
    return f"{app}/templates/{app}/emails/proof.html"


@pytest.mark.parametrize("app", _APPS)
def test_an_email_changes_two_files_of_its_app(copy, app):
    git(copy, "add", "--all")
    changed = git(copy, "diff", "--cached", "--name-only", "--", app)
    assert changed == sorted([_APPS[app], template_of(app)])
    # Nothing outside of the four apps.
    assert len(git(copy, "diff", "--cached", "--name-only")) == 2 * len(_APPS)


@pytest.mark.django_db(transaction=True)
def test_the_new_emails_are_rendered_queued_and_sent(copy, site):
    modules = [path.removesuffix(".py").replace("/", ".") for path in _APPS.values()]
    ran = subprocess.run(
        [sys.executable, "-c", _USE, json.dumps(modules)],
        cwd=copy,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    sent = json.loads(ran.stdout.splitlines()[-1])
    assert [subject for subject, _text, _html in sent] == [f"Proof for {app}" for app in _APPS]
    for _subject, text, html in sent:
        assert "First <line>\nSecond line" in text
        assert ">First &lt;line&gt;</p>" in html
        assert "because of a test" in text
    assert not Email.objects.unsent().exists()


def database():
    """The address of the database of this test."""
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    server, _, _name = address.rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}?{options}"

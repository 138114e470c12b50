import pytest
from django.core import mail
from django.test.signals import template_rendered

from tests.support.emails.world import World


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path
    settings.BASE_URL = "https://otklik.example"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def rendered():
    """The names of the templates that were rendered since the fixture was asked for."""
    names = set()

    def note(template, **_said):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def sent(site, settings, deliver):
    """Send one e-mail of the catalogue in a language: all that went out by it."""

    def send(case, language):
        # The house speaks it too: e-mails to the publication are in the language of the house.
        settings.LANGUAGE_CODE = language
        world = World(site, language, deliver)
        world.forget()
        case.send(world)
        deliver()
        return [email for email in mail.outbox if case.to in {"", *email.to}]

    return send

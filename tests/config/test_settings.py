"""Production settings are clean, and bad ones stop the start with a sentence."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.support.paths import ROOT

PRODUCTION = {
    "SECRET_KEY": "x0" * 16 + "unguessable-and-long-enough-for-django",
    "ENCRYPTION_KEYS": "unguessable-" * 4,
    "ALLOWED_HOSTS": "vesti.example",
    "BASE_URL": "https://vesti.example",
    "EMAIL_URL": "smtp://mail.vesti.example:587",
    "DEFAULT_FROM_EMAIL": "no-reply@vesti.example",
    "TRUSTED_PROXY_COUNT": "1",
}


def manage(*arguments, **environment):
    inherited = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_checks(tmp_path):
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, VAR_DIR=str(tmp_path)
    )
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_key_that_begins_with_a_dollar_sign_is_read_as_it_is_written(tmp_path):
    key = r"$unguessable-\$and-long-enough-for-django"
    code = "from django.conf import settings; print(settings.SECRET_KEY, settings.ENCRYPTION_KEYS)"
    environment = PRODUCTION | {"SECRET_KEY": key, "ENCRYPTION_KEYS": f"{key},{key}2"}
    result = manage("shell", "--verbosity=0", "-c", code, **environment, VAR_DIR=str(tmp_path))
    assert result.stdout.strip() == f"{key} {[key, f'{key}2']}"


def test_production_carries_no_demo(tmp_path):
    code = "from django.apps import apps; print(apps.is_installed('demo'))"
    result = manage("shell", "--verbosity=0", "-c", code, **PRODUCTION, VAR_DIR=str(tmp_path))
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    "start",
    [
        "import config.wsgi",
        # As Celery does it for the worker and for beat.
        "from config.celery import app; app.loader.init_worker()",
    ],
    ids=["web", "worker and beat"],
)
def test_garbage_is_collected_once_a_process_has_started(start, tmp_path):
    begun = subprocess.run(
        [sys.executable, "-c", f"{start}; import gc; print(gc.isenabled(), gc.get_freeze_count())"],
        cwd=ROOT,
        env=os.environ | PRODUCTION | {"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    is_collected, frozen = begun.stdout.split()
    assert is_collected == "True"
    assert int(frozen) > 100_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("ENCRYPTION_KEYS", ""),
        ("ENCRYPTION_KEYS", "too short,and this one is long enough for a key"),
        ("ALLOWED_HOSTS", ""),
        ("EMAIL_URL", ""),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_PREPARE_THRESHOLD", "often"),
        ("REDIS_URL", ""),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(name, value, tmp_path):
    result = manage("check", **(PRODUCTION | {"VAR_DIR": str(tmp_path), name: value}))
    assert result.returncode != 0
    assert name in result.stderr


@pytest.mark.parametrize(("value", "threshold"), [("0", "0"), ("", "None")])
def test_preparing_statements_is_a_setting(tmp_path, value, threshold):
    code = (
        "from django.conf import settings;"
        "print(settings.DATABASES['default']['OPTIONS']['prepare_threshold'])"
    )
    environment = PRODUCTION | {"DATABASE_PREPARE_THRESHOLD": value, "VAR_DIR": str(tmp_path)}
    result = manage("shell", "--verbosity=0", "-c", code, **environment)
    assert result.stdout.strip() == threshold


_COOKIES = """
from django.conf import settings
from accounts.web.known_browsers import COOKIE
from comments.web.origins import POPUP_COOKIE
from core.web.messages import MessageStorage
messages = MessageStorage.storage_classes[0].cookie_name
names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME
print(*names, COOKIE, messages, POPUP_COOKIE)
for kind in ("SESSION", "CSRF", "LANGUAGE"):
    of = (getattr(settings, f"{kind}_COOKIE_{part}") for part in ("PATH", "DOMAIN", "SAMESITE"))
    print(*of)
"""


@pytest.mark.parametrize(
    ("https", "former", "prefix"),
    [
        ("1", "0", "__Host-"),
        ("0", "0", ""),
        ("1", "1", ""),  # the release before does not read cookies with other names
    ],
)
def test_cookies_belong_to_this_host_alone_where_https_is_on(tmp_path, https, former, prefix):
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path), "HTTPS": https}
    environment["FORMER_RELEASE_RUNS"] = former
    result = manage("shell", "--verbosity=0", "-c", _COOKIES, **environment)
    names, *places = result.stdout.strip().splitlines()
    known = (
        *("sessionid", "csrftoken", "django_language", "known_browser"),
        *("messages", "otklik_popup"),
    )
    assert names.split() == [f"{prefix}{name}" for name in known]
    # Browsers refuse the prefix with another path, or with a domain.
    assert places == ["/ None Lax"] * 3


def test_the_release_before_keeps_hashes_of_passwords(tmp_path):
    code = "from django.contrib.auth.hashers import make_password; print(make_password('x'))"
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path), "FORMER_RELEASE_RUNS": "1"}
    made = manage("shell", "--verbosity=0", "-c", code, **environment)
    # Renewing a hash ends all other sessions of its person.
    assert not Argon2PasswordHasher().must_update(made.stdout.strip())


def test_what_a_former_secret_key_has_signed_stays_valid(tmp_path):
    former = "a-former-key-" * 5
    code = "from django.core import signing; print(signing.dumps(5))"
    signed = manage(
        "shell", "--verbosity=0", "-c", code, **PRODUCTION | {"SECRET_KEY": former}
    ).stdout.strip()
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path)}
    code = f"from django.core import signing; print(signing.loads({signed!r}))"
    refused = manage("shell", "--verbosity=0", "-c", code, **environment)
    assert "BadSignature" in refused.stderr
    environment["SECRET_KEY_FALLBACKS"] = f"another-{former},{former}"
    accepted = manage("shell", "--verbosity=0", "-c", code, **environment)
    assert accepted.stdout.strip() == "5"


def test_encryption_keys_may_come_from_a_file(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"{'first-key-' * 4}\n{'second-key-' * 4}\n")
    environment = PRODUCTION | {"ENCRYPTION_KEYS": "", "ENCRYPTION_KEYS_FILE": str(file)}
    code = "from django.conf import settings; print(*settings.ENCRYPTION_KEYS)"
    result = manage("shell", "--verbosity=0", "-c", code, **environment, VAR_DIR=str(tmp_path))
    assert result.stdout.split() == ["first-key-" * 4, "second-key-" * 4]

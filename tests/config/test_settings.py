"""Production settings are clean, and bad ones stop the start with a sentence."""

import os
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

PRODUCTION = {
    "SECRET_KEY": "x0" * 16 + "unguessable-and-long-enough-for-django",
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


def test_production_carries_no_demo(tmp_path):
    code = "from django.apps import apps; print(apps.is_installed('demo'))"
    result = manage("shell", "--verbosity=0", "-c", code, **PRODUCTION, VAR_DIR=str(tmp_path))
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
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

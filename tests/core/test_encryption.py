"""Secrets are unreadable in the database, and keys can be exchanged."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.models import IdentityKey, Role, SignOnKey
from accounts.tasks import reencrypt_secrets
from comments.models import CommentSettings
from core import encryption
from core.encryption import EncryptedTextField, UnknownKeyError
from core.signatures import new_secret
from tests.support.people import new_person
from webhooks.actions import add_endpoint, rotate_secret
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = "an-old-key-" * 4, "a-new-key-" * 4
SECRET = "a shared secret of more than thirty-two bytes"


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def secrets(site):
    """One of every secret that is stored, by its name."""
    person = new_person("anna@example.org", "Анна", role=Role.Name.ADMINISTRATOR, site=site)
    endpoint = add_endpoint(
        site=site, url="https://example.org/", topics=["comment.published"], label="", actor=person
    )
    former = endpoint.secret
    endpoint = rotate_secret(endpoint=endpoint, actor=person)
    sign_on = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key=SECRET)
    review = new_secret()
    CommentSettings.objects.update_or_create(site=site, defaults={"external_review_secret": review})
    identities = {"key": new_secret()}
    IdentityKey.objects.update_or_create(pk=IdentityKey.ONLY, defaults=identities)
    seed = generate_totp_secret()
    TOTP.activate(person, seed)
    codes = RecoveryCodes.activate(person)
    return {
        "former webhook": former,
        "webhook": endpoint.secret,
        "sign-on": sign_on.key,
        "moderation service": review,
        "identities": identities["key"],
        "app": seed,
        "recovery": codes.generate_codes()[0],
    }


def readable():
    """Return the same secrets as the product reads them."""
    endpoint = Endpoint.objects.get()
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    return {
        "former webhook": endpoint.former_secret,
        "webhook": endpoint.secret,
        "sign-on": SignOnKey.objects.get().key,
        "moderation service": CommentSettings.objects.get().external_review_secret,
        "identities": IdentityKey.objects.get().key,
        "app": get_adapter().decrypt(app.data["secret"]),
        "recovery": RecoveryCodes(codes).generate_codes()[0],
    }


def dump():
    """Return every row of every table as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def in_plain():
    """Store every secret as it was stored before secrets were encrypted."""
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]
    with connection.cursor() as cursor:
        for model, field in fields:
            for row in model._default_manager.all():
                cursor.execute(
                    f"UPDATE {model._meta.db_table} SET {field.column} = %s WHERE id = %s",
                    [getattr(row, field.attname), row.pk],
                )
    for row in Authenticator.objects.all():
        row.data = {
            name: encryption.decrypt(value) if isinstance(value, str) else value
            for name, value in row.data.items()
        }
        row.save()


def test_no_secret_is_in_a_dump(secrets):
    assert readable() == secrets
    text = dump()
    assert not [name for name, secret in secrets.items() if secret in text]
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert encryption.decrypt(codes.data["seed"]) not in text


def test_secrets_stored_before_are_read_and_then_encrypted(secrets):
    in_plain()
    assert secrets["webhook"] in dump()
    assert readable() == secrets
    reencrypt_secrets()
    assert readable() == secrets
    text = dump()
    assert not [name for name, secret in secrets.items() if secret in text]


def test_a_new_key_takes_over_and_the_old_one_can_go(secrets, settings, capsys):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert readable() == secrets
    call_command("reencrypt_secrets")
    assert capsys.readouterr().out.startswith("7 secrets")
    settings.ENCRYPTION_KEYS = [NEW]
    assert readable() == secrets
    call_command("reencrypt_secrets")
    assert capsys.readouterr().out.startswith("0 secrets")


def test_while_the_release_before_runs_secrets_are_as_it_reads_them(secrets, settings, capsys):
    settings.FORMER_RELEASE_RUNS = True
    call_command("reencrypt_secrets")
    assert capsys.readouterr().out.startswith("7 secrets were decrypted")
    reencrypt_secrets()
    endpoint = Endpoint.objects.get()
    endpoint.save()
    text = dump()
    shown = {name for name, secret in secrets.items() if secret in text}
    # Recovery codes are made of a seed.
    assert shown == secrets.keys() - {"recovery"}
    assert "enc:" not in text
    assert readable() == secrets
    settings.FORMER_RELEASE_RUNS = False
    call_command("reencrypt_secrets")
    assert capsys.readouterr().out.startswith("7 secrets were encrypted")
    assert readable() == secrets


def test_without_its_key_a_secret_is_not_read_and_the_key_is_named(secrets, settings):
    name = encryption.current_prefix().split(":")[1]
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(UnknownKeyError, match=name):
        readable()


def test_an_altered_secret_is_not_read():
    stored = encryption.encrypt("secret")
    altered = stored[:-20] + ("A" if stored[-20] != "A" else "B") + stored[-19:]
    with pytest.raises(UnknownKeyError, match="altered"):
        encryption.decrypt(altered)


def test_the_same_secret_looks_different_each_time():
    assert encryption.encrypt("secret") != encryption.encrypt("secret")

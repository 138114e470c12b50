"""A backup is restored into an empty installation as a whole, or not at all."""

import json
import shutil
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import DataExport
from certificates.models import NumberCounter, Programme
from comments.models import Comment, Notification
from core.backups import database, keys, stored_files
from core.mail import queue
from core.mail.render import Content
from core.models import Email, Site
from demo import publication
from tests.support.database_owner import owner_cursor
from tests.support.people import new_person

pytestmark = pytest.mark.django_db(transaction=True)
# What is not sent again after a restoration is written there.
EMAILS, NOTIFICATIONS = "public.core_email", "public.comments_notification"


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    use_folders(settings, tmp_path / "source")


def use_folders(settings, folder):
    settings.VAR_DIR, settings.MEDIA_ROOT = folder, folder / "media"


@pytest.fixture
def elsewhere(settings, tmp_path):
    """Work with an empty database and empty folders until the block ends."""

    @contextmanager
    def installation(name="restored"):
        source = connection.settings_dict["NAME"], settings.VAR_DIR
        database_name = f"{source[0]}_{name}"
        with owner_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database_name} TEMPLATE template0")
        connection.close()
        connection.settings_dict["NAME"] = database_name
        use_folders(settings, tmp_path / name)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = source[0]
            use_folders(settings, source[1])
            with owner_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {database_name} WITH (FORCE)")

    return installation


@pytest.fixture
def installation(settings):
    """The demo publication with files, an e-mail that waits, and the key of a seal."""
    publication.load()
    person = new_person("ivanova@example.org", "Мария")
    stored = default_storage.save("exports/ivanova.zip", ContentFile(b"zip" * 100_000))
    DataExport.objects.create(user=person, file=stored)
    default_storage.save("answers/Отчёт за год.pdf", ContentFile(b"%PDF"))
    content = Content(subject="Ответ", text="Вам ответили", html="<p>Вам ответили</p>")
    site = Site.objects.get()
    queue.enqueue(
        to=person.email, site=site, content=content, options=queue.Options(key="decision-1")
    )
    comment = Comment.objects.order_by("pk").first()
    Notification.objects.create(
        person=person, comment=comment, kind="reply", due_at=timezone.now() + timedelta(hours=1)
    )
    key = settings.VAR_DIR / "keys/vesti.p12"
    key.parent.mkdir()
    key.write_bytes(b"the key of a seal")


@pytest.fixture
def backup(installation, tmp_path):
    call_command("backup", tmp_path / "backup")
    return tmp_path / "backup"


def table_contents():
    with database.connected() as own:
        contents = {}
        for table in database.count_rows(own):
            rows = own.execute(f"SELECT t::text FROM {table} AS t ORDER BY t::text")
            contents[table] = [row for (row,) in rows]
    return contents


def sequences():
    with database.connected() as own:
        rows = own.execute("SELECT schemaname, sequencename, last_value FROM pg_sequences")
        return sorted(rows.fetchall())


def file_contents():
    contents = {}
    for name in stored_files.names():
        with default_storage.open(name) as file:
            contents[name] = file.read()
    return contents


def assert_empty(settings):
    with database.connected() as own:
        assert database.is_empty(own)
    assert file_contents() == {}
    assert not list(settings.VAR_DIR.glob("keys/*"))


def test_every_table_and_file_is_restored(backup, elsewhere, settings):
    tables, files, numbers = table_contents(), file_contents(), sequences()
    assert len(tables) > 50
    assert len(files) == 2
    assert tables["public.comments_comment"]
    with elsewhere():
        assert_empty(settings)
        call_command("restore", backup, send_emails=True)
        assert table_contents() == tables
        assert sequences() == numbers
        assert file_contents() == files
        assert (settings.VAR_DIR / "keys/vesti.p12").read_bytes() == b"the key of a seal"
        # The application's role works with what the owner has restored.
        assert Site.objects.get().name_ru == "Вести образования"


def test_nothing_that_waited_is_sent_again_and_no_number_is_used_again(backup, elsewhere, capsys):
    tables = table_contents()
    programme = Programme.objects.order_by("pk").first()
    with elsewhere():
        call_command("restore", backup, skip_numbers=25)
        assert not Email.objects.unsent().exists()
        site = Site.objects.get()
        content = Content(subject="Ответ", text="Вам ответили", html="")
        repeated = queue.Options(key="decision-1")
        assert not queue.enqueue(to="a@b.example", site=site, content=content, options=repeated)
        assert not Notification.objects.filter(mailed_at=None).exclude(due_at=None).exists()
        assert NumberCounter.objects.get(programme=programme).last_serial == 25
        restored = table_contents()
    changed = {table for table in tables if tables[table] != restored[table]}
    assert changed == {EMAILS, NOTIFICATIONS, "public.certificates_numbercounter"}
    cancelled = len([row for row in tables[EMAILS] if "decision-1" in row])
    assert cancelled == 1
    assert "E-mails that are not sent:" in capsys.readouterr().out


def test_recovery_to_a_moment_repeats_nothing_either(installation, capsys):
    waiting = Email.objects.unsent().count()
    programmes = Programme.objects.count()
    call_command("after_recovery", "--skip-numbers", "3")
    assert not Email.objects.unsent().exists()
    assert f"not sent: {waiting + 1}" in capsys.readouterr().out
    assert [counter.last_serial for counter in NumberCounter.objects.all()] == [3] * programmes
    with pytest.raises(CommandError, match="-1"):
        call_command("after_recovery", "--skip-numbers=-1")


def test_an_older_backup_is_migrated(backup, elsewhere, tmp_path):
    with elsewhere():
        call_command("restore", backup)
        with database.connected() as own:
            own.execute("DROP TABLE django_session")
            own.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        call_command("backup", tmp_path / "older")
        with elsewhere("newer"):
            call_command("restore", tmp_path / "older")
            assert "public.django_session" in table_contents()


def test_a_damaged_backup_is_refused(backup, elsewhere, settings, tmp_path):
    def damaged(change):
        copy = tmp_path / "damaged"
        shutil.copytree(backup, copy)
        change(copy)
        with pytest.raises(CommandError) as refused:
            call_command("restore", copy)
        shutil.rmtree(copy)
        return str(refused.value)

    def add(folder):
        (folder / "files/new").write_bytes(b"")

    def escape(folder):
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["files"]["files/../../stolen"] = manifest["files"]["database.dump"]
        (folder / "manifest.json").write_text(json.dumps(manifest))

    answers = "files/answers/Отчёт за год.pdf"
    with elsewhere():
        for change, message in (
            (lambda folder: (folder / answers).write_bytes(b"%PDX"), f"{answers}: changed"),
            (lambda folder: (folder / answers).unlink(), f"{answers}: missing"),
            (lambda folder: (folder / "database.dump").write_bytes(b""), "database.dump: changed"),
            (add, "files/new: not in the manifest"),
            (escape, "files/../../stolen: not a name"),
            (lambda folder: (folder / "manifest.json").write_text('{"format":'), "is damaged"),
            (lambda folder: (folder / "manifest.json").write_text('{"format": 2}'), "format 2"),
            (lambda folder: (folder / "manifest.json").unlink(), "is no backup"),
        ):
            assert message in damaged(change)
            assert_empty(settings)
        call_command("restore", backup, check=True)
        assert_empty(settings)


def test_a_backup_of_a_newer_product_or_server_is_refused(backup, elsewhere, settings):
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    with elsewhere():
        newer = manifest["migrations"] + ["core.0999_from_the_future"]
        path.write_text(json.dumps(manifest | {"migrations": newer}))
        with pytest.raises(CommandError, match="newer version of the product"):
            call_command("restore", backup)
        path.write_text(json.dumps(manifest | {"postgresql": 99}))
        with pytest.raises(CommandError, match="PostgreSQL 99"):
            call_command("restore", backup)
        assert_empty(settings)


def test_an_installation_that_is_not_empty_is_refused(backup, elsewhere, settings):
    before = table_contents()
    with pytest.raises(CommandError, match="database is not empty"):
        call_command("restore", backup)
    assert table_contents() == before
    with elsewhere():
        default_storage.save("answers/one.pdf", ContentFile(b"%PDF"))
        with pytest.raises(CommandError, match="storage is not empty"):
            call_command("restore", backup)
        default_storage.delete("answers/one.pdf")
        key = settings.VAR_DIR / "keys/vesti.p12"
        key.parent.mkdir(parents=True)
        key.write_bytes(b"another key")
        with pytest.raises(CommandError, match="another key"):
            call_command("restore", backup)
        assert key.read_bytes() == b"another key"
        key.unlink()
        assert_empty(settings)


def test_a_restoration_that_fails_leaves_nothing(backup, elsewhere, settings, monkeypatch):
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["public.core_site"] += 1
    path.write_text(json.dumps(manifest))

    def refuse(*_args):
        raise OSError("No space left on device")

    with elsewhere():
        with pytest.raises(CommandError, match=r"core_site: 2 in the backup, 1 restored"):
            call_command("restore", backup)
        assert_empty(settings)
        with monkeypatch.context() as patch:
            patch.setattr("core.backups.restore._restore_database", refuse)
            with pytest.raises(CommandError, match="No space left"):
                call_command("restore", backup)
        assert_empty(settings)
        manifest["tables"]["public.core_site"] -= 1
        path.write_text(json.dumps(manifest))
        call_command("restore", backup)


def test_a_file_that_is_missing_is_named(installation, tmp_path):
    default_storage.delete("exports/ivanova.zip")
    with pytest.raises(CommandError, match=r"exports/ivanova\.zip"):
        call_command("backup", tmp_path / "backup")
    assert not [path.name for path in tmp_path.iterdir() if "backup" in path.name]
    call_command("backup", tmp_path / "backup", allow_missing_files=True)
    manifest = json.loads((tmp_path / "backup/manifest.json").read_text())
    assert manifest["missing_files"] == ["exports/ivanova.zip"]


def test_a_file_deleted_with_its_row_during_the_backup_is_in_neither(
    installation, tmp_path, monkeypatch
):
    copy_all = stored_files.copy_all

    def delete_first(folder):
        monkeypatch.setattr(stored_files, "copy_all", copy_all)
        DataExport.objects.all().delete()
        default_storage.delete("exports/ivanova.zip")
        return copy_all(folder)

    monkeypatch.setattr(stored_files, "copy_all", delete_first)
    call_command("backup", tmp_path / "backup")
    manifest = json.loads((tmp_path / "backup/manifest.json").read_text())
    assert manifest["tables"]["public.accounts_dataexport"] == 0
    assert "files/exports/ivanova.zip" not in manifest["files"]
    assert manifest["missing_files"] == []


def test_what_is_written_during_the_backup_is_not_in_its_database(
    installation, tmp_path, monkeypatch, elsewhere
):
    dump = database.dump

    def write_first(own, to):
        own.execute("SELECT 1")  # the snapshot begins with the first statement
        new_person("late@example.org", "Пётр")
        dump(own, to)

    before = table_contents()["public.accounts_user"]
    monkeypatch.setattr(database, "dump", write_first)
    call_command("backup", tmp_path / "backup")
    with elsewhere():
        call_command("restore", tmp_path / "backup")
        assert table_contents()["public.accounts_user"] == before


def test_a_backup_without_keys_says_so_when_restored(installation, tmp_path, elsewhere, capsys):
    call_command("backup", tmp_path / "backup", without_keys=True)
    assert not (tmp_path / "backup/keys").exists()
    with elsewhere():
        call_command("restore", tmp_path / "backup")
    assert "holds no keys" in capsys.readouterr().out


def test_keys_that_the_operator_has_to_put_back_are_named(backup, settings, tmp_path):
    assert keys.advice(backup) == []
    settings.SECRET_KEY = "another"
    (secret,) = keys.advice(backup)
    assert secret.startswith("SECRET_KEY differs from the backup's")
    assert str(backup / "keys/settings.json") in secret


def test_the_organisations_own_key_is_in_the_backup(installation, settings, tmp_path):
    settings.CERTIFICATES_PKCS12 = str(tmp_path / "organisation.p12")
    (tmp_path / "organisation.p12").write_bytes(b"the organisation's key")
    call_command("backup", tmp_path / "backup")
    assert (tmp_path / "backup/keys/seal.p12").read_bytes() == b"the organisation's key"
    settings.CERTIFICATES_PKCS12 = ""
    assert "CERTIFICATES_PKCS12" in keys.advice(tmp_path / "backup")[0]


def test_only_the_owner_may_read_a_backup(backup):
    assert backup.stat().st_mode & 0o777 == 0o700
    files = [path for path in backup.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_folder_that_exists_is_not_touched(tmp_path):
    (tmp_path / "backup").mkdir()
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "backup")
    with pytest.raises(CommandError, match="is no folder"):
        call_command("backup", tmp_path / "nowhere/backup")


def test_a_database_that_does_not_answer_is_a_sentence(backup, tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "nowhere")
    for command, folder in (("backup", tmp_path / "another"), ("restore", backup)):
        with pytest.raises(CommandError, match="The database refused"):
            call_command(command, folder)


def test_client_programs_older_than_the_server_are_refused(tmp_path, settings):
    old = tmp_path / "bin/pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'\n")
    old.chmod(0o755)
    settings.POSTGRESQL_BIN = str(old.parent)
    with pytest.raises(CommandError, match=r"bin/pg_dump of version 15") as refused:
        call_command("backup", tmp_path / "backup")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as own:
        assert f"PostgreSQL {database.server_version(own)} or newer" in str(refused.value)
    assert not (tmp_path / "backup").exists()

"""Killing any process at any moment loses no number, doubles none and sends nothing unsealed."""

import hashlib
import os
import re
import subprocess
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from certificates.imports.tables import write_table
from certificates.models import Application, Certificate, Import, NumberCounter, Programme
from core.models import Email, OutboxEvent
from demo import emails
from demo.people import REGISTRAR, SECOND_READER
from devserver import processes
from tests.support.browser.applying import PROGRAMME, confirm, fill_in
from tests.support.browser.people import sign_in
from tests.support.browser.registers import (
    certificate_of,
    finished,
    require_gapless,
    require_one_sealed,
)
from tests.support.halting import halted
from tests.support.outbox import wait_for_work
from tests.support.waiting import blocked, wait_for

HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]


@pytest.fixture
def filled_in(page):
    def fill(surname, email):
        sign_in(page, SECOND_READER, then=PROGRAMME)
        fill_in(page, surname=surname, email=email, open_it=False)
        return page

    return fill


def the_counter():
    counter, _ = NumberCounter.objects.get_or_create(
        programme=Programme.objects.get(slug="publication"), year=timezone.localdate().year
    )
    return NumberCounter.objects.select_for_update().filter(pk=counter.pk)


def test_a_worker_killed_while_it_takes_a_number_leaves_no_gap(filled_in, stack):
    page = filled_in("Счётова", "counted@example.org")
    with transaction.atomic():
        list(the_counter())
        confirm(page)
        wait_for(blocked)
        stack.kill("worker")
    assert certificate_of("Счётова") is None
    stack.start(processes.worker)
    wait_for_work(lambda: finished("Счётова"))
    require_one_sealed("Счётова", "counted@example.org")


def test_the_web_killed_while_one_confirms_leaves_a_draft_to_confirm(filled_in, stack):
    page = filled_in("Настойчивая", "again@example.org")
    page.get_by_role("button", name="Проверить и продолжить").last.click()
    page.get_by_role("button", name="Всё верно, подтверждаю").wait_for()
    own = Application.objects.get(answers__surname="Настойчивая")
    port = stack.url.rpartition(":")[2]
    with transaction.atomic():
        Application.objects.select_for_update().get(pk=own.pk)
        page.get_by_role("button", name="Всё верно, подтверждаю").click(no_wait_after=True)
        wait_for(blocked)
        stack.kill("web")
    own.refresh_from_db()
    assert own.status == "draft"
    stack.start(processes.web(int(port)))
    wait_for(stack.is_ready)
    page.goto(f"/applications/{own.pk}/confirmation/")
    page.get_by_role("button", name="Всё верно, подтверждаю").click()
    wait_for_work(lambda: finished("Настойчивая"))
    require_one_sealed("Настойчивая", "again@example.org")


@pytest.mark.parametrize("name", ["relay", "beat"])
def test_what_is_confirmed_while_it_is_dead_is_done_when_it_is_back(name, filled_in, stack):
    surname, email = {
        "relay": ("Ожидаева", "relay@example.org"),
        "beat": ("Тактова", "beat@example.org"),
    }[name]
    page = filled_in(surname, email)
    stack.kill(name)
    confirm(page)
    stack.start(getattr(processes, name))
    wait_for_work(lambda: finished(surname))
    require_one_sealed(surname, email)


def test_what_waits_in_the_queue_outlives_its_restart(filled_in, stack):
    page = filled_in("Очередная", "queue@example.org")
    stack.kill("worker")
    confirm(page)
    wait_for(lambda: not OutboxEvent.objects.waiting().exists())
    stack.stop_valkey()
    stack.start_valkey()
    stack.start(processes.worker)
    wait_for_work(lambda: finished("Очередная"))
    require_one_sealed("Очередная", "queue@example.org")


def step_by_step_until_sealed(surname, stack):
    """The relay is dead: each step is handed out alone, the e-mail not at all."""
    approved = Application.objects.filter(answers__surname=surname, status="approved")
    for is_done in (
        approved.exists,
        lambda: certificate_of(surname),
        lambda: certificate_of(surname).is_sealed,
    ):
        stack.relay_once()
        wait_for(is_done)


def test_a_worker_killed_before_it_hands_the_email_over_sends_one(filled_in, stack):
    page = filled_in("Почтова", "post@example.org")
    stack.kill("relay")
    confirm(page)
    step_by_step_until_sealed("Почтова", stack)
    with transaction.atomic():
        Certificate.objects.select_for_update().get(pk=certificate_of("Почтова").pk)
        stack.relay_once()
        wait_for(blocked)
        stack.kill("worker")
    stack.start_missing()
    wait_for_work(lambda: finished("Почтова"))
    require_one_sealed("Почтова", "post@example.org")


def test_a_worker_killed_after_it_handed_the_email_over_repeats_the_same(filled_in, stack):
    page = filled_in("Повторова", "again-post@example.org")
    stack.kill("relay")
    confirm(page)
    step_by_step_until_sealed("Повторова", stack)
    with halted("UPDATE OF sent_at", "core_email"):
        # From the sealed document to the queue is one step, from there to the mail server another.
        wait_for(lambda: stack.relay_once() or blocked())
        assert emails.newest(address="again-post@example.org")
        stack.kill("worker")
    # What a minute and a half would do.
    Email.objects.unsent().update(claimed_until=timezone.now())
    stack.start_missing()
    wait_for_work(lambda: finished("Повторова"))
    sent = (stack.directory / "mail").glob("*.eml")
    bodies = [body for body in (path.read_text() for path in sent) if "again-post@" in body]
    identities = {
        re.search(r"^Message-ID: *(\S+)", body, re.MULTILINE | re.IGNORECASE).group(1)
        for body in bodies
    }
    assert len(identities) == 1
    require_gapless()


def running_table(page, rows):
    names = ("Рядова", "Мария", "Петровна", "учитель", "МБОУ «Школа № 5»")
    table = write_table(
        HEADER,
        [
            [*names, f"Убитый урок {row}", f"https://vesti.example/{row}/", ""]
            for row in range(rows)
        ],
    )
    sign_in(page, REGISTRAR, then="/registrar/imports/")
    page.get_by_label("Программа", exact=True).select_option(label="Свидетельство о публикации")
    page.get_by_label("Таблица").set_input_files(
        {"name": "Убитая.xlsx", "mimeType": "application/x", "buffer": table}
    )
    page.get_by_role("button", name="Загрузить и проверить").click()
    page.get_by_role("button", name=f"Выдать: {rows}").click()
    page.get_by_role("dialog").get_by_role("button", name="Да").click()
    return Import.objects.get(filename="Убитая.xlsx")


def test_workers_killed_over_a_table_issue_each_row_once(page, stack):
    source = running_table(page, rows=60)
    issued = Certificate.objects.of_import(source.pk)
    for made in (5, 30):
        wait_for_work(lambda made=made: issued.exclude(sealed_at=None).count() >= made)
        stack.kill("worker")
        stack.start_missing()

    def is_packed():
        source.refresh_from_db()
        return source.archive

    wait_for_work(is_packed)
    assert issued.count() == source.rows.counts()["issued"] == 60
    assert not issued.unsealed().exists()
    require_gapless()
    require_whole_files(stack.directory / "media/certificates")


@contextmanager
def full_disk(folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def closed_folder(folder):
    """A file in the folder's place: permissions would not stop root."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def require_whole_files(folder):
    """Each is a document of the register, byte by byte, and none is left over."""

    def registered():
        sealed = Certificate.objects.exclude(sealed_at=None)
        return sorted(sealed.values_list("document_digest", flat=True))

    def stored():
        return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*"))

    # A later task deletes the files of killed workers, a moment after the document is sealed.
    wait_for_work(lambda: stored() == registered())


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@pytest.mark.parametrize(
    ("obstacle", "surname", "email"),
    [
        pytest.param(full_disk, "Теснова", "full@example.org", marks=only_root),
        (closed_folder, "Закрытая", "closed@example.org"),
    ],
)
def test_without_room_for_the_document_nothing_is_sent(obstacle, surname, email, filled_in, stack):
    page = filled_in(surname, email)
    folder = stack.directory / "media/certificates"
    folder.mkdir(parents=True, exist_ok=True)
    with obstacle(folder):
        confirm(page)
        certificate = wait_for(lambda: certificate_of(surname))
        failing = OutboxEvent.objects.failing().filter(topic="certificate.issued")
        wait_for(failing.filter(payload__certificate_id=certificate.pk).exists)
        certificate.refresh_from_db()
        assert not certificate.is_sealed
        assert emails.newest(address=email) == []
    wait_for_work(lambda: finished(surname))
    require_one_sealed(surname, email)
    require_whole_files(stack.directory / "media/certificates")

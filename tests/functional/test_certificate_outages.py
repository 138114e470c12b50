"""No number is lost or doubled, nothing unsealed is sent, whatever dies and at whatever moment."""

import os
import subprocess
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from certificates.models import Application, Certificate, NumberCounter, Programme
from certificates.numbers import Serial
from config import processes
from demo import letters
from demo.people import SECOND_READER

from .applying import PROGRAMME, confirm, fill_in
from .conftest import blocked, wait_for
from .people import sign_in


def certificate_of(surname):
    return Certificate.objects.filter(application__answers__surname=surname).first()


def finished(surname):
    certificate = certificate_of(surname)
    return certificate if certificate and certificate.mailed_at else None


def require_gapless():
    """Every serial up to the last one given is on exactly one certificate."""
    counter = NumberCounter.objects.get(
        programme__slug="publication", year=timezone.localdate().year
    )
    given = Certificate.objects.filter(programme=counter.programme, year=counter.year)
    serials = list(given.order_by("serial").values_list("serial", flat=True))
    assert serials == list(range(1, counter.last_serial + 1))
    prefix = counter.programme.number_prefix
    numbers = set(given.values_list("number", flat=True))
    assert numbers == {str(Serial(prefix, counter.year, serial)) for serial in serials}


def require_one_sealed(surname, email):
    certificate = finished(surname)
    assert Certificate.objects.filter(application__answers__surname=surname).count() == 1
    assert certificate.sealed_at <= certificate.mailed_at
    assert len(letters.newest(address=email)) == 1
    require_gapless()


@pytest.fixture
def filled_in(page):
    def fill(surname, email):
        sign_in(page, SECOND_READER, then=PROGRAMME)
        fill_in(page, surname=surname, email=email)
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
    wait_for(lambda: finished("Счётова"))
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
    assert own.state == "draft"
    stack.start(processes.web(int(port)))
    wait_for(stack.is_ready)
    page.goto(f"/applications/{own.pk}/confirmation/")
    page.get_by_role("button", name="Всё верно, подтверждаю").click()
    wait_for(lambda: finished("Настойчивая"))
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
    wait_for(lambda: finished(surname))
    require_one_sealed(surname, email)


@contextmanager
def full_disk(folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def closed_folder(folder):
    """Where the folder should be stands a file: the one obstacle that stops root, too."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


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
    stack.kill("worker")
    stack.start(processes.worker)  # with a log of its own
    with obstacle(folder):
        confirm(page)
        certificate = wait_for(lambda: certificate_of(surname))
        wait_for(lambda: "etry in" in stack.children["worker"].log.read_text())
        certificate.refresh_from_db()
        assert not certificate.is_sealed
        assert letters.newest(address=email) == []
    wait_for(lambda: finished(surname))
    require_one_sealed(surname, email)

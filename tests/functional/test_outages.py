"""Confirmed work completes although processes are killed."""

from django.db import transaction
from playwright.sync_api import expect

from certificates.models import Application, Certificate
from comments.models import Comment
from demo import emails
from demo.articles import ARTICLES
from demo.people import SECOND_READER
from devserver import processes
from tests.support.browser.applying import PROGRAMME, confirm, fill_in
from tests.support.browser.people import sign_in
from tests.support.waiting import blocked, wait_for


def mailed(surname):
    return Certificate.objects.filter(
        application__answers__surname=surname, mailed_at__isnull=False
    ).first()


def test_without_valkey_people_go_on_and_the_rest_follows(page, stack):
    sign_in(page, SECOND_READER, then=PROGRAMME)
    stack.stop_valkey()
    try:
        page.goto(f"/articles/{ARTICLES[0].slug}/")
        page.get_by_label("Ваш комментарий").fill("Пишу, пока очередь не работает.")
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_text("Пишу, пока очередь не работает.")).to_be_visible()
        fill_in(page, surname="Терпеливая", email="patient@example.org")
        confirm(page)
        assert Comment.objects.filter(text="Пишу, пока очередь не работает.").exists()
        assert mailed("Терпеливая") is None
    finally:
        stack.start_valkey()
    wait_for(lambda: mailed("Терпеливая"))
    assert len(emails.newest(address="patient@example.org")) == 1


def step(stack, condition):
    """Hand out what waits in the outbox, and wait for the worker to have done it."""
    stack.relay_once()
    return wait_for(condition)


def test_a_worker_killed_while_it_renders_leaves_one_certificate_and_one_email(page, stack):
    sign_in(page, SECOND_READER, then=PROGRAMME)
    fill_in(page, surname="Упорова", email="killed@example.org", open_it=False)
    stack.kill("relay")
    confirm(page)
    applications = Application.objects.filter(answers__surname="Упорова")
    step(stack, lambda: applications.filter(status="approved").exists())
    certificate = step(
        stack, lambda: Certificate.objects.filter(application__in=applications).first()
    )
    with transaction.atomic():
        Certificate.objects.select_for_update().get(pk=certificate.pk)
        # The document is made and stored; only its record waits for this lock.
        step(stack, blocked)
        stack.kill("worker")
    assert not Certificate.objects.get(pk=certificate.pk).is_sealed
    stack.start(processes.worker)
    stack.start(processes.relay)
    wait_for(lambda: mailed("Упорова"))
    assert Certificate.objects.get(application__in=applications).pk == certificate.pk
    assert len(emails.newest(address="killed@example.org")) == 1

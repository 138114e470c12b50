"""States of a discussion that the widget shows before a reader starts to write."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actions import Subject, impose_sanction, lift_sanction
from accounts.models import Sanction
from core.models import Site
from demo.people import EDITOR, READER
from tests.support.browser.discussions import (
    FIELD,
    SEND,
    account,
    article,
    opened,
    say,
    sign_in_by_window,
)


@contextmanager
def sanctioned(kind):
    sanction = impose_sanction(
        site=Site.objects.get(),
        kind=kind,
        subject=Subject.person(account(READER)),
        rule_label="П. 2",
        actor=account(EDITOR),
        message="Отдохните день.",
        ends_at=timezone.now() + timedelta(days=1),
    )
    yield
    lift_sanction(sanction=sanction, actor=account(EDITOR))


@pytest.fixture
def muted_reader(stack):
    with sanctioned(Sanction.Kind.MUTE):
        yield


@pytest.fixture
def banned_reader(stack):
    with sanctioned(Sanction.Kind.BAN):
        yield


def test_reader_under_a_sanction_sees_the_reason_and_no_form(reader, request, muted_reader):
    say(request.node.name, "Все говорят", by=EDITOR)
    reader.reload()
    expect(reader.get_by_text("Отдохните день.")).to_be_visible()
    expect(article(reader, "Все говорят")).to_be_visible()
    expect(reader.locator("textarea")).to_have_count(0)
    expect(reader.get_by_role("button", name="Ответить")).to_have_count(0)
    expect(reader.get_by_role("button", name="Правила обсуждения")).to_be_visible()
    reader.get_by_role("button", name="Ещё действия").click()
    expect(reader.get_by_role("button", name="Пожаловаться")).to_be_visible()


def test_banned_reader_is_offered_no_reports(reader, request, banned_reader):
    say(request.node.name, "Все говорят", by=EDITOR)
    reader.reload()
    expect(reader.get_by_text("Отдохните день.")).to_be_visible()
    reader.get_by_role("button", name="Ещё действия").click()
    expect(reader.get_by_role("button", name="Скрывать автора")).to_be_visible()
    expect(reader.get_by_role("button", name="Пожаловаться")).to_have_count(0)


def test_closed_discussion_can_be_read_but_not_posted_to(page, hosted):
    thread = opened("closed")
    say("closed", "Успели сказать")
    thread.closes_at = timezone.now()
    thread.save(update_fields=["closes_at"])
    page.goto(hosted("closed"))
    expect(page.get_by_text("Обсуждение закрыто")).to_be_visible()
    expect(article(page, "Успели сказать")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.get_by_role("button", name="Ответить")).to_have_count(0)


def test_premoderated_discussion_says_so_beforehand(page, hosted):
    opened("premoderated", mode="premoderated")
    page.goto(hosted("premoderated"))
    expect(page.get_by_text("появляются после того, как их прочтёт редактор")).to_be_visible()


def test_registered_only_discussion_opens_when_one_signs_in(page, hosted):
    opened("members", registered_only=True)
    say("members", "Для своих")
    page.goto(hosted("members"))
    expect(page.get_by_text("доступно только зарегистрированным читателям")).to_be_visible()
    expect(page.get_by_text("Для своих")).to_have_count(0)
    sign_in_by_window(page, page.get_by_role("button", name="Войти"))
    expect(article(page, "Для своих")).to_be_visible()


def test_empty_discussion_invites(page, hosted):
    page.goto(hosted("empty"))
    expect(page.get_by_text("Пока никто не написал")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_be_visible()


def test_discussion_that_was_just_closed_refuses_with_a_reason(reader, request):
    opened(request.node.name, closes_at=timezone.now())
    reader.get_by_label(FIELD).fill("Опоздал")
    reader.get_by_role("button", name=SEND).click()
    expect(reader.locator(".error")).to_contain_text("обсуждение закрыто", ignore_case=True)
    expect(reader.get_by_label(FIELD)).to_have_value("Опоздал")

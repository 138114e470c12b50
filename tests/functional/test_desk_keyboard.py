"""An editor's work on every page of the desk by keys alone, the focus seen at every stop."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Sanction
from comments.actions import Decision, DecisionKind, Sender, decide, make_appeal, send_complaint
from comments.models import (
    Appeal,
    BulkDecision,
    DryRun,
    EmailSettings,
    RulebookDraft,
    RulebookVersion,
    Thread,
    WordListVersion,
)
from comments.states import AuthorNotice, Mode
from core.models import Site
from demo.people import ADMINISTRATOR, EDITOR
from tests.support.browser.discussions import account, opened, say
from tests.support.browser.keyboard import Keys
from tests.support.browser.people import new_reader, sign_in
from tests.support.waiting import wait_for


@pytest.fixture
def keys(page):
    sign_in(page, EDITOR, then="/desk/")
    return Keys(page)


@pytest.fixture
def author(stack, request):
    number = abs(hash(request.node.name)) % 100_000
    return new_reader(f"by.keys.{number}@example.org", f"Автор {number}")


def section(keys, name):
    """Go there by the desk's own navigation."""
    keys.enter(keys.page.get_by_role("navigation").get_by_role("link", name=name, exact=True))
    expect(keys.page.get_by_role("heading", level=1)).to_be_visible()


def test_sanction_is_imposed_from_a_card_and_lifted(keys, author):
    page = keys.page
    comment = say("by-keys-person", "Наберём без мыши", by=author)
    page.goto(f"/desk/comments/{comment.pk}/")
    keys.press("p")
    expect(page.get_by_role("heading", name=author.display_name)).to_be_visible()
    keys.enter(page.get_by_text("Ограничить", exact=True).first)
    keys.to(page.get_by_label("За что").or_(page.get_by_label("Правило")).first)
    keys.press("ArrowDown")
    keys.enter(page.get_by_role("button", name="Ограничить"))
    expect(page.get_by_role("status").first).to_contain_text("Ограничение")
    sanction = Sanction.objects.get(user=author)
    section(keys, "Ограничения")
    keys.enter(page.get_by_role("button", name=f"Снять ограничение: {author.display_name}"))
    expect(page.get_by_role("status").first).to_contain_text("снято")
    sanction.refresh_from_db()
    assert sanction.status != "active"


def test_a_word_list_is_written_tried_and_run(keys):
    page = keys.page
    section(keys, "Списки слов")
    keys.enter(page.get_by_role("link", name="Новый список"))
    keys.write(page.get_by_label("Название"), "by-keys")
    keys.to(page.get_by_role("radio").first)
    keys.press("ArrowDown")
    keys.write(page.get_by_label(re.compile("Записи")), "клавиатура")
    keys.write(page.get_by_label("Текст", exact=True), "С клавиатуры")
    expect(page.locator("#trial mark")).to_have_text("клавиатуры")
    expect(page.locator("#trial")).to_have_attribute("role", "status")
    keys.to(page.get_by_role("button", name="Опубликовать"), "Shift+Tab")
    keys.press("Enter")
    wait_for(WordListVersion.objects.filter(name="by-keys").exists)
    expect(page).to_have_url(re.compile("/desk/words/"))
    page.goto("/desk/words/lists/by-keys/")
    keys.enter(page.get_by_role("button", name=re.compile("Пробный прогон")))
    expect(page.locator("#dry-run")).to_contain_text("Готово")
    assert DryRun.objects.filter(entries=["клавиатура"]).exists()


def test_the_rulebook_is_changed_compared_and_published(keys):
    page = keys.page
    RulebookDraft.objects.all().delete()
    before = RulebookVersion.objects.order_by("number").last()
    section(keys, "Правила обсуждения")
    keys.enter(page.get_by_role("link", name="Начать новую версию"))
    keys.enter(page.locator(".desk-rule summary").nth(1))
    keys.write(page.locator(".desk-rule").nth(1).get_by_label("Название по-английски"), "Bullying")
    keys.enter(page.get_by_role("button", name="Сохранить и сравнить"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Черновик")
    expect(page.locator("ins").first).to_be_visible()
    keys.enter(page.get_by_role("button", name="Опубликовать"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Опубликовать")).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("button", name="Опубликовать")).to_be_focused()
    keys.press("Enter", "Enter")
    wait_for(RulebookVersion.objects.filter(number=before.number + 1).exists)
    expect(page).to_have_url(re.compile("/desk/rulebook/"))


def test_a_discussion_is_found_set_closed_and_opened_again(keys):
    page, thread = keys.page, opened("by-keys-thread")
    section(keys, "Обсуждения")
    keys.write(page.get_by_label(re.compile("ключ или адрес")), "by-keys-thread")
    keys.press("Enter")
    keys.enter(page.get_by_role("link", name=thread.title))
    keys.to(page.get_by_label("Новые комментарии"))
    keys.press("ArrowDown", "ArrowDown")
    keys.enter(page.get_by_role("button", name="Сохранить"))
    expect(page.get_by_role("status").first).not_to_be_empty()
    keys.enter(page.get_by_role("button", name="Закрыть сейчас"))
    expect(page.get_by_role("heading", name="Обсуждение закрыто")).to_be_visible()
    assert Thread.objects.get(pk=thread.pk).mode == Mode.CLOSED
    keys.enter(page.get_by_role("button", name="Открыть снова"))
    expect(page.get_by_role("heading", name="Обсуждение открыто")).to_be_visible()
    assert Thread.objects.get(pk=thread.pk).effective_mode != Mode.CLOSED


def test_a_complaint_is_read(keys):
    page = keys.page
    sender = Sender(None, "Пётр", "petr@example.org", "127.0.0.1")
    sent = send_complaint(site=Site.objects.get(), text="В подписи перепутан город.", sender=sender)
    section(keys, "Жалобы на издание")
    keys.enter(page.locator(f"main a[href$='/complaints/{sent.pk}/']").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"№ {sent.number}")
    expect(page.locator("main")).to_contain_text("перепутан город")


def test_an_appeal_is_decided_by_another_editor(page, author):
    EmailSettings.objects.update_or_create(site=Site.objects.get(), defaults={"appeal_days": 14})
    comment = decide(
        comment=say("by-keys-appeal", "Удалённое сгоряча", by=author),
        decision=Decision(
            DecisionKind.REMOVE, rule_code="insults", author_notice=AuthorNotice.RULE
        ),
        editor=account(EDITOR),
    )
    appeal = make_appeal(comment=comment, author=author, text="Никого не обидел.")
    sign_in(page, ADMINISTRATOR, then="/desk/appeals/")
    keys = Keys(page)
    keys.enter(page.locator(f"main a[href$='/appeals/{appeal.pk}/']"))
    keys.to(page.get_by_role("radio").first)
    keys.press("Space")
    keys.write(page.get_by_label(re.compile("Ответ автору")), "Вернули, спасибо.")
    keys.enter(page.get_by_role("button", name="Решить"))
    wait_for(Appeal.objects.filter(pk=appeal.pk).exclude(status="open").exists)
    comment.refresh_from_db()
    assert comment.state == "published"


def test_numbers_are_asked_for_and_read_as_a_table(keys):
    page = keys.page
    section(keys, "Цифры")
    keys.to(page.get_by_label("Считать"))
    keys.press("ArrowDown", "ArrowDown")
    keys.enter(page.get_by_role("button", name="Показать"))
    expect(page.get_by_role("heading", name="По неделям")).to_be_visible()
    keys.enter(page.get_by_text("То же таблицей").first)
    expect(page.get_by_role("columnheader", name="Неделя с").first).to_be_visible()
    keys.to(page.get_by_role("link", name=re.compile("CSV.*По неделям")), "Shift+Tab")
    with page.expect_download() as saved:
        keys.press("Enter")
    assert "Неделя с" in saved.value.path().read_text(encoding="utf-8-sig")


def test_all_of_a_person_are_decided_on_at_once_and_undone(keys, author):
    page = keys.page
    comment = say("by-keys-bulk", "Первое из многих", by=author)
    page.goto(f"/desk/people/{author.pk}/")
    keys.enter(page.get_by_role("link", name="Решить обо всех сразу"))
    keys.to(page.get_by_label("Все комментарии с"))
    keys.type("01012024")
    keys.press("Tab")
    keys.type("1200AM")
    keys.enter(page.get_by_role("button", name="Показать"))
    keys.to(page.get_by_role("radio").first)
    page.get_by_role("radio", name="Удалить")
    keys.press("ArrowDown", "ArrowDown")
    keys.to(page.get_by_label(re.compile("Правило")))
    keys.press("ArrowDown")
    keys.enter(page.get_by_role("button", name="Выполнить"))
    expect(page.locator("#bulk-decision")).to_contain_text("1 из 1")
    comment.refresh_from_db()
    assert comment.state == "removed"
    keys.enter(page.get_by_role("button", name=re.compile("Отменить всё")))
    wait_for(BulkDecision.objects.filter(undone_by=account(EDITOR)).exists)
    wait_for(lambda: type(comment).objects.get(pk=comment.pk).state == "published")


def test_what_is_typed_outlives_a_lost_connection_on_any_form_of_the_desk(keys):
    page = keys.page
    section(keys, "Списки слов")
    keys.enter(page.get_by_role("link", name="Новый список"))
    keys.write(page.get_by_label("Название"), "offline")
    keys.to(page.get_by_role("radio").first)
    keys.press("Space")
    keys.write(page.get_by_label(re.compile("Записи")), "обрыв")
    page.context.set_offline(True)
    keys.enter(page.get_by_role("button", name="Опубликовать"))
    expect(page.locator("[data-toasts]")).to_contain_text("Всё, что вы набрали, на месте")
    expect(page.get_by_label("Название")).to_have_value("offline")
    expect(page.get_by_label(re.compile("Записи"))).to_have_value("обрыв")
    page.context.set_offline(False)


def test_after_a_decision_on_its_own_page_the_focus_stays_at_the_comment(keys, author):
    page = keys.page
    comment = say("by-keys-own-page", "Уйдёт и вернётся", by=author)
    page.goto(f"/desk/comments/{comment.pk}/")
    item = page.locator(f"#comment-{comment.pk}")
    keys.press("1")
    expect(item).to_have_attribute("data-done", "")
    expect(item).to_be_focused()
    # The region stays on the page, so that screen readers read what comes into it.
    expect(page.locator("#desk-news")).to_contain_text("Удалён: Нарушение закона")
    expect(page.locator("#desk-news")).to_contain_text("Отменить: u")
    keys.press("u")
    expect(item).not_to_have_attribute("data-done", "")
    expect(item).to_be_focused()

"""Replies, mentions, reactions and mutes between readers."""

from playwright.sync_api import expect

from comments.models import Comment, Mute
from demo.people import READER, SECOND_READER
from tests.support.browser.discussions import FIELD, account, article, say, send, sign_in_by_window
from tests.support.waiting import wait_for


def test_typing_a_name_offers_people_of_the_discussion(reader, request):
    comment = say(request.node.name, "Назовите меня по имени", by=SECOND_READER)
    reader.reload()
    expect(article(reader, comment.text)).to_be_visible()
    field = reader.get_by_label(FIELD)
    field.press_sequentially("Согласна с @пр")
    people = reader.get_by_role("listbox", name="Кого упомянуть")
    expect(people.get_by_role("option", name=SECOND_READER.name, selected=True)).to_be_visible()
    chosen = people.get_by_role("option").first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", chosen)
    expect(reader.get_by_text("Подсказок: 1")).to_have_count(1)
    field.press("Escape")
    expect(people).to_be_hidden()
    field.press_sequentially("я")
    expect(people).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"Согласна с @{SECOND_READER.name} ")
    expect(field).to_be_focused()
    field.press("Control+Enter")
    expect(article(reader, f"Согласна с @{SECOND_READER.name}")).to_be_focused()


def test_replies_are_announced_at_the_bell(reader, request):
    key = request.node.name
    send(reader, "Кто-нибудь ответит?")
    expect(article(reader, "Кто-нибудь ответит?")).to_be_focused()
    answer = say(key, "Отвечу я", by=SECOND_READER, parent=Comment.objects.get(thread__key=key))
    wait_for(lambda: account(READER).notifications.filter(comment=answer).exists())
    reader.reload()
    bell = reader.get_by_role("button", name="Уведомления, непрочитанных:")
    bell.click()
    dialog = reader.get_by_role("dialog", name="Уведомления")
    expect(dialog).to_contain_text("Отвечу я")
    dialog.get_by_role("link", name=f"Вам ответили: {SECOND_READER.name}").first.click()
    expect(article(reader, "Отвечу я")).to_be_focused()
    expect(reader.get_by_role("button", name="Уведомления", exact=True)).to_be_visible()
    assert not account(READER).notifications.filter(read_at=None).exists()


def test_muted_before_signing_in_stays_muted_everywhere(page, hosted, open_browser):
    key = "muting"
    comment = say(key, "Это мнение скроют", by=SECOND_READER)
    home = hosted(key)
    page.goto(home)
    shown = article(page, comment.text)
    shown.get_by_role("button", name="Ещё действия").click()
    shown.get_by_role("button", name="Скрывать автора").click()
    expect(page.get_by_text(comment.text)).to_have_count(0)
    sign_in_by_window(page, page.get_by_role("button", name="Войти"))
    wait_for(lambda: Mute.objects.filter(reader=account(READER)).exists())

    elsewhere = open_browser()
    elsewhere.goto(home)
    sign_in_by_window(elsewhere, elsewhere.get_by_role("button", name="Войти"))
    muted = article(elsewhere, f"Вы скрываете комментарии: {SECOND_READER.name}")
    muted.get_by_role("button", name="Показывать автора").click()
    expect(article(elsewhere, comment.text)).to_be_visible()
    elsewhere.get_by_role("status").get_by_role("button", name="Вернуть").click()
    expect(elsewhere.get_by_text(comment.text)).to_have_count(0)
    article(elsewhere, "Вы скрываете").get_by_role("button", name="Показывать автора").click()
    wait_for(lambda: not Mute.objects.filter(reader=account(READER)).exists())

"""Complaints to the publication and appeals, sent from the widget."""

from playwright.sync_api import expect

from comments.actions import Decision, DecisionKind, decide
from comments.models import Appeal, Comment, Complaint, EmailSettings
from comments.states import AuthorNotice
from core.models import Site
from demo.people import EDITOR, READER
from tests.support.browser.discussions import FIELD, SEND, account, article, say, send

REMARK = "В вашей статье ошибка: кластеров не 150, а 142. Исправьте статью."


def test_remark_on_our_work_is_offered_as_a_complaint(reader):
    send(reader, REMARK)
    offer = reader.get_by_role("dialog", name="Написать редакции или оставить комментарием?")
    expect(offer).to_contain_text("redaktor@demo.example")
    offer.get_by_role("button", name="Написать редакции").click()
    dialog = reader.get_by_role("dialog", name="Письмо в редакцию")
    expect(dialog.get_by_label("Что не так")).to_have_value(REMARK)
    dialog.get_by_role("button", name="Отправить письмо").click()
    expect(reader.get_by_text("отправлено в редакцию")).to_be_visible()
    expect(reader.get_by_label(FIELD)).to_have_value("")
    assert Complaint.objects.get(text=REMARK).author == account(READER)
    assert not Comment.objects.filter(text=REMARK).exists()


def test_remark_may_stay_a_comment(reader):
    text = f"{REMARK} И пусть все видят."
    send(reader, text)
    offer = reader.get_by_role("dialog")
    offer.get_by_role("button", name="Отмена").click()
    expect(reader.get_by_label(FIELD)).to_have_value(text)
    reader.get_by_role("button", name=SEND).click()
    offer.get_by_role("button", name="Оставить комментарием").click()
    expect(article(reader, text)).to_be_focused()
    assert Comment.objects.filter(text=text).count() == 1


def test_remark_without_the_usual_words_is_offered_too_and_a_thanks_is_not(reader):
    send(reader, "Кто писал этот бред? Фамилию директора переврали")
    offer = reader.get_by_role("dialog", name="Написать редакции или оставить комментарием?")
    offer.get_by_role("button", name="Отмена").click()
    thanks = "Спасибо за вашу статью, журналисты молодцы"
    send(reader, thanks)
    expect(article(reader, thanks)).to_be_focused()


def test_stranger_writes_to_the_editors_from_the_form(page, hosted):
    page.goto(hosted("complaints"))
    page.get_by_role("button", name="Написать редакции").click()
    dialog = page.get_by_role("dialog", name="Письмо в редакцию")
    dialog.get_by_label("Что не так").fill("Подпись под фото не та.")
    dialog.get_by_role("button", name="Отправить письмо").click()
    expect(dialog.get_by_role("alert")).to_contain_text("адрес")
    dialog.get_by_label("Ваша электронная почта").fill("chitatel@example.org")
    dialog.get_by_role("button", name="Отправить письмо").click()
    expect(page.get_by_text("отправлено в редакцию")).to_be_visible()
    assert Complaint.objects.get(text="Подпись под фото не та.").email == "chitatel@example.org"


def test_author_of_a_removed_comment_appeals(reader, request):
    EmailSettings.objects.update_or_create(site=Site.objects.get(), defaults={"appeal_days": 14})
    said = say(request.node.name, "Это удалят, а зря")
    decide(
        comment=said,
        decision=Decision(
            DecisionKind.REMOVE, rule_code="insults", author_notice=AuthorNotice.RULE
        ),
        editor=account(EDITOR),
    )
    reader.reload()
    own = article(reader, "Редакция удалила ваш комментарий")
    expect(own).to_contain_text("Оскорбления и травля")
    own.get_by_role("button", name="Возразить").click()
    form = reader.get_by_role("dialog", name="Возражение против решения")
    form.get_by_label("Почему вы не согласны").fill("Здесь никого не оскорбили.")
    form.get_by_role("button", name="Отправить возражение").click()
    expect(own).to_contain_text("Ваше возражение ждёт другого редактора")
    expect(own.get_by_role("button", name="Возразить")).to_have_count(0)
    assert Appeal.objects.get(comment=said).text == "Здесь никого не оскорбили."

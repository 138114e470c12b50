import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment, ModerationEvent, RulebookVersion
from comments.states import State
from demo.articles import ARTICLES
from demo.conversation import ANSWER
from demo.people import EDITOR, READER
from tests.support.browser.people import sign_in, sign_in_by_form

ARTICLE = f"/articles/{ARTICLES[0].slug}/"
TOMBSTONE = "Комментарий удалён редакцией"


@pytest.fixture
def comment():
    return Comment.objects.get(text=ANSWER)


def test_an_editor_removes_under_a_rule_and_restores(open_browser, comment):
    reader, editor = open_browser(), open_browser()
    reader.goto(ARTICLE)
    spot = reader.locator(f"#comment-{comment.pk}")
    expect(spot).to_contain_text("итоги года")

    sign_in_by_form(editor, EDITOR, then="/desk/")
    editor.goto("/desk/?queue=published&words=итоги")
    editor.locator(f"#comment-{comment.pk}").get_by_role("link", name="Разговор и история").click()
    editor.get_by_label(re.compile("Заметка")).fill("Проверка стола")
    editor.locator("[data-rule='4']").click()
    expect(editor.get_by_role("button", name=re.compile("Отменить"))).to_be_visible()

    reader.reload()
    expect(spot).to_contain_text(TOMBSTONE)
    expect(spot).not_to_contain_text("итоги года")
    entry = ModerationEvent.objects.filter(comment=comment).latest("id")
    assert (entry.actor_label, entry.note) == (EDITOR.name, "Проверка стола")
    version = RulebookVersion.objects.current(comment.site)
    assert entry.rule.version == version

    expect(editor.locator(".timeline")).to_contain_text(EDITOR.name)
    expect(editor.locator(".timeline")).to_contain_text(f"правила версии {version.number}")
    editor.get_by_role("button", name=re.compile("Отменить")).click()
    expect(editor.get_by_role("button", name=re.compile("Отменить"))).to_have_count(0)
    reader.reload()
    expect(spot).to_contain_text("итоги года")
    comment.refresh_from_db()
    assert (comment.state, comment.text) == (State.PUBLISHED, ANSWER)


def test_a_reader_has_no_desk(page):
    sign_in(page, READER)
    expect(page.get_by_role("link", name="Стол")).to_have_count(0)
    assert page.goto("/desk/").status == 403

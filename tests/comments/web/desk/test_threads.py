import pytest

from comments.models import ThreadEvent
from comments.states import Mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(browser, editor):
    return browser(editor)


def actions_of(thread):
    return list(ThreadEvent.objects.filter(thread=thread).values_list("action", "note"))


def test_discussions_are_found_by_title_and_way(desk, thread, site):
    type(thread).objects.create(site=site, key="other", title="Другое", mode=Mode.CLOSED)
    page = desk.get("/desk/threads/?q=стат").content.decode()
    assert "Статья" in page
    assert "Другое" not in page
    page = desk.get("/desk/threads/?how=closed").content.decode()
    assert "Другое" in page
    assert "Статья" not in page


def test_way_of_publishing_is_set_and_recorded(desk, thread):
    fields = {"mode": "premoderated", "section": "nauka", "note": "Спор разгорелся"}
    desk.post(f"/desk/threads/{thread.pk}/", fields | {"closes_at": "2040-05-01T12:00"})
    thread.refresh_from_db()
    assert (thread.mode, thread.section, thread.url) == (
        "premoderated",
        "nauka",
        "http://testserver/a/1/",
    )
    assert thread.closes_at.year == 2040
    assert ("mode_set", "Спор разгорелся") in actions_of(thread)
    assert "Спор разгорелся" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()


def test_discussion_is_closed_and_opened_again(desk, thread):
    desk.post(f"/desk/threads/{thread.pk}/closing/")
    thread.refresh_from_db()
    assert thread.mode == Mode.CLOSED
    assert "Обсуждение закрыто" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    desk.post(f"/desk/threads/{thread.pk}/reopening/")
    thread.refresh_from_db()
    assert thread.mode == ""
    assert [action for action, _note in actions_of(thread)] == ["closed", "reopened"]


def test_what_its_age_has_closed_is_opened_until_a_time_only(desk, thread, settings_of_site):
    settings_of_site.close_after_days = 0
    settings_of_site.save(update_fields=["close_after_days"])
    page = desk.post(f"/desk/threads/{thread.pk}/reopening/", {"note": "Ждём ответа"})
    assert page.status_code == 422
    assert "Ждём ответа" in page.content.decode()


def test_page_of_a_discussion_counts_its_comments(desk, thread, say):
    say("Раз")
    page = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert "<dt>опубликован</dt><dd>1</dd>" in page

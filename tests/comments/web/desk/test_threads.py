import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actions import grant_role
from accounts.models import Role
from comments.models import Thread, ThreadEvent
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


@pytest.fixture
def closing(thread, settings_of_site, site):
    """Discussions that are closed for every reason, by the reason that the list gives."""
    now = timezone.now()
    settings_of_site.section_modes = {"war": "closed", "news": "premoderated"}
    settings_of_site.close_after_days = 30
    settings_of_site.save()

    def add(key, opened=now, **settings):
        made = Thread.objects.create(site=site, key=key, title=f"О {key}", **settings)
        Thread.objects.filter(pk=made.pk).update(opened_at=opened)

    add("mode", mode=Mode.CLOSED)
    add("section", section="war")
    add("date", closes_at=now - timedelta(days=1))
    add("age", opened=now - timedelta(days=31))
    add("later", opened=now - timedelta(days=31), closes_at=now + timedelta(days=1))
    add("read", section="news")
    return {
        "mode": "по решению редакции",
        "section": "закрыт раздел",
        "date": "вышло время",
        "age": "вышел срок",
    }


def row_of(page, key):
    return page.split(f"О {key}<", 1)[1].split("</tr>", 1)[0]


def test_list_says_why_a_discussion_is_closed(desk, closing):
    page = desk.get("/desk/threads/").content.decode()
    for key, why in closing.items():
        assert why in row_of(page, key)
        assert "публикуются сразу" not in row_of(page, key)
        assert "закроется" not in row_of(page, key)
    assert "закроется" in row_of(page, "later")
    assert "мск" in row_of(page, "later")


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        ("closed", {"mode", "section", "date", "age"}),
        ("premoderated", {"read"}),
        ("open", {"later", "article-1"}),
    ],
)
def test_discussions_are_found_by_what_holds_now(desk, closing, thread, how, keys):
    page = desk.get(f"/desk/threads/?how={how}").content.decode()
    titles = {key: f">О {key}<" for key in (*closing, "later", "read")} | {"article-1": ">Статья<"}
    assert {key for key, title in titles.items() if title in page} == keys


def test_closing_of_the_whole_publication_is_named(desk, thread, settings_of_site):
    settings_of_site.mode = Mode.CLOSED
    settings_of_site.save(update_fields=["mode"])
    page = desk.get("/desk/threads/?how=closed").content.decode()
    assert "все обсуждения издания закрыты" in page


def test_sections_are_listed_with_their_modes(desk, closing):
    page = desk.get("/desk/threads/").content.decode()
    assert '<th scope="row">war</th><td>' in page
    assert '<th scope="row">news</th><td>' in page


def test_times_are_in_the_zone_of_the_publication(desk, thread, site):
    site.time_zone = "Asia/Vladivostok"
    site.save(update_fields=["time_zone"])
    desk.post(f"/desk/threads/{thread.pk}/", {"closes_at": "2040-05-01T12:00"})
    thread.refresh_from_db()
    assert thread.closes_at == datetime(2040, 5, 1, 2, tzinfo=UTC)
    page = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert "1 мая 2040 г. 12:00 (UTC+10)" in page
    assert 'value="2040-05-01T12:00"' in page
    assert "Часовой пояс: UTC+10" in page


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


def test_administrators_alone_see_the_code_for_pages(desk, browser, person, site):
    code = (
        "&lt;script type=&quot;module&quot; "
        "src=&quot;http://testserver/static/comments/widget.js&quot;&gt;&lt;/script&gt;\n"
        "&lt;otklik-comments site=&quot;vesti&quot; key=&quot;article-1&quot;&gt;"
        "&lt;/otklik-comments&gt;"
    )
    administrator = person("admin@example.org", "Управляющая")
    for name in (Role.Name.ADMINISTRATOR, Role.Name.EDITOR):
        grant_role(user=administrator, site=site, name=name, actor=None)
    administrator.is_staff = True
    administrator.save(update_fields=["is_staff"])
    path = f"/admin/core/site/{site.pk}/change/"
    for url in ("/desk/threads/", path):
        page = browser(administrator).get(url).content.decode()
        assert "<textarea readonly" in page
        assert f">{code}</textarea>" in page
        # Shown by the script where the browser offers the clipboard.
        assert re.search(rf'<button[^>]* hidden[^>]* data-copy="{re.escape(code)}"', page)
        assert re.search(r'<script[^>]*src="/static/otklik/copy[^"]*"[^>]*>', page)
    administrator.is_superuser = True
    administrator.save(update_fields=["is_superuser"])
    adding = browser(administrator).get("/admin/core/site/add/").content.decode()
    assert 'name="slug"' in adding
    assert "otklik-comments" not in adding
    assert "otklik-comments" not in desk.get("/desk/threads/").content.decode()
    assert "otklik-comments" not in desk.get(path).content.decode()


def test_closing_date_before_the_year_2000_is_refused(desk, thread):
    for closes_at in ("0001-01-02T00:00", "1999-12-31T23:00"):
        answer = desk.post(f"/desk/threads/{thread.pk}/", {"closes_at": closes_at})
        assert answer.status_code == 422
        assert "Укажите дату позже 1999 года." in answer.content.decode()
    thread.refresh_from_db()
    assert thread.closes_at is None
    desk.post(f"/desk/threads/{thread.pk}/", {"closes_at": "2000-01-02T00:00"})
    thread.refresh_from_db()
    assert thread.closes_at is not None


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

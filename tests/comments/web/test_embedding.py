"""Cross-origin requests of the widget and their responses."""

import gzip
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from accounts.actions import Subject, impose_sanction
from accounts.models import Sanction
from comments import widget_tokens
from comments.actions import install_default_rules, publish_rulebook
from comments.models import Comment, CommentSettings, Thread
from comments.rule_texts import RuleText
from comments.states import State
from core.models import Site
from core.static_files import minified
from tests.support.cases import check_each

pytestmark = pytest.mark.django_db
HOME = "https://news.example"
API = "/api/v1/sites/vesti/threads/article-1"
LIMIT = 27_397


@pytest.fixture
def abroad(site):
    """The publication also lives on another origin."""
    site.origins = ["http://testserver", HOME]
    site.save(update_fields=["origins"])
    return HOME


def test_widget_is_small():
    """Files are compressed one by one. Counts one language and no lazily loaded module."""
    entry = Path(finders.find("comments/widget.js"))
    served = entry.parent.parent
    sent = {}

    def static_file(path, name):
        """Static files of all apps are served from one folder."""
        url = os.path.normpath(path.parent.relative_to(served) / name)
        return Path(finders.find(url))

    def send(path):
        if path in sent:
            return
        sent[path] = minified(path.read_text())
        for name in re.findall(r'from"(\.[^"]+)"', sent[path]):
            send(static_file(path, name))

    send(entry)
    send(entry.parent / "widget/strings/ru.js")
    modules = set((entry.parent / "widget").glob("*.js"))
    later = {
        *("arrival.js", "dialog-forms.js", "dialogs.js", "editing.js"),
        *("mention-text.js", "mentions.js", "notifications.js", "origin-hint.js"),
    }
    assert {path.name for path in modules - sent.keys()} == later
    assert sum(len(gzip.compress(script.encode())) for script in sent.values()) < LIMIT


def test_only_the_publications_origins_read_across(abroad, say):
    say("Слышно")
    here = Client().get(f"{API}/comments/", headers={"Origin": abroad})
    assert here["Access-Control-Allow-Origin"] == abroad
    assert here["Access-Control-Expose-Headers"] == "ETag"
    other = Client().get(f"{API}/comments/", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other
    assert "Origin" in other["Vary"]


def test_preflight_is_answered_for_them_alone(abroad, thread):
    preflight = {"Access-Control-Request-Method": "POST"}
    allowed = Client().options(f"{API}/comments/", headers=preflight | {"Origin": abroad})
    assert "Authorization" in allowed["Access-Control-Allow-Headers"]
    assert "If-None-Match" in allowed["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in allowed
    refused = Client().options(
        f"{API}/comments/", headers=preflight | {"Origin": "https://evil.example"}
    )
    assert "Access-Control-Allow-Headers" not in refused


def test_the_desk_is_not_shared_across_origins(abroad):
    answer = Client().get("/api/v1/moderation/queue/", headers={"Origin": abroad})
    assert "Access-Control-Allow-Origin" not in answer


def test_sign_in_window_gives_the_page_a_token_to_write_with(abroad, thread, reader, browser):
    page = browser(reader).get(f"/threads/sign-in/?site=vesti&origin={abroad}")
    token = re.search(r'data-token="([^"]+)"', page.content.decode()).group(1)
    assert (page["Cross-Origin-Opener-Policy"], page["Cache-Control"]) == (
        "unsafe-none",
        "no-store",
    )
    sent = {"Origin": abroad, "Authorization": f"Widget {token}"}
    said = {"text": "Издалека", "title": "Материал", "url": f"{abroad}/1/"}
    Client().post(f"{API}/comments/", said, "application/json", headers=sent)
    assert Comment.objects.get().author == reader


@pytest.fixture
def token_of(abroad, browser):
    """Return the message that the sign-in window posts to the embedding page."""

    def token_of(person, client=None):
        url = f"/threads/sign-in/?site=vesti&origin={abroad}"
        page = (client or browser(person)).get(url).content.decode()
        return re.search(r'data-token="([^"]+)"', page)[1]

    return token_of


def test_token_is_worth_nothing_elsewhere_or_after_a_new_password(abroad, thread, reader, token_of):
    token = token_of(reader)
    assert widget_tokens.holder(token, abroad) == reader
    assert widget_tokens.holder(token, "https://evil.example") is None
    assert widget_tokens.holder(f"{token}x", abroad) is None
    reader.set_password("drugoj-parol-77")
    reader.save(update_fields=["password"])
    assert widget_tokens.holder(token, abroad) is None
    mine = Client().get(
        f"{API}/viewer/", headers={"Origin": abroad, "Authorization": f"Widget {token}"}
    )
    assert mine.json()["can_post"] is False


def test_signing_out_on_the_page_ends_the_sign_in_behind_it(
    abroad, reader, other_reader, browser, token_of
):
    window = browser(reader)
    token, others = token_of(reader, window), token_of(other_reader)
    sent = {"Origin": abroad, "Authorization": f"Widget {token}"}
    assert Client().delete("/api/v1/sites/vesti/sign-in/", headers=sent).status_code == 204
    assert widget_tokens.holder(token, abroad) is None
    assert widget_tokens.holder(others, abroad) == other_reader
    url = f"/threads/sign-in/?site=vesti&origin={abroad}"
    assert window.get(url)["Location"].startswith("/accounts/login/")


def test_token_ends_with_the_sign_in_it_came_from(abroad, reader, browser, token_of):
    window = browser(reader)
    token = token_of(reader, window)
    window.post("/accounts/logout/")
    assert widget_tokens.holder(token, abroad) is None


def test_stolen_token_signs_nobody_out_from_elsewhere(abroad, reader, token_of):
    token = token_of(reader)
    sent = {"Origin": "https://evil.example", "Authorization": f"Widget {token}"}
    Client().delete("/api/v1/sites/vesti/sign-in/", headers=sent)
    assert widget_tokens.holder(token, abroad) == reader


def test_token_opens_nothing_but_the_discussions(abroad, reader, token_of):
    sent = {"Origin": abroad, "Authorization": f"Widget {token_of(reader)}"}
    assert Client().get("/api/v1/access/", headers=sent).status_code == 401


def test_window_for_a_foreign_page_gives_nothing(site, reader, browser):
    page = browser(reader).get("/threads/sign-in/?site=vesti&origin=https://evil.example")
    assert page.status_code == 404
    assert b"data-token" not in page.content


def test_stranger_signs_in_first_and_the_window_keeps_its_opener(abroad):
    client = Client()
    sent = client.get(f"/threads/sign-in/?site=vesti&origin={abroad}")
    assert sent["Location"].startswith("/accounts/login/?next=/threads/sign-in/")
    assert client.get("/accounts/login/")["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert Client().get("/accounts/login/")["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.fixture
def code_of(abroad, browser):
    """Return the code that the sign-in window would add to the URL of a page cut off from it."""

    def code_of(person, state, page=f"{HOME}/article/?p=1"):
        query = urlencode({"site": "vesti", "origin": abroad, "page": page, "state": state})
        shown = browser(person).get(f"/threads/sign-in/?{query}").content.decode()
        back = re.search(r'id="back" href="([^"]+)"', shown)[1]
        address, _, code = back.partition("#otklik-code=")
        assert address == page
        return code

    return code_of


def exchange(code, state, origin=HOME):
    return Client().post(
        "/api/v1/sites/vesti/sign-in/",
        {"code": code, "state": state},
        "application/json",
        headers={"Origin": origin},
    )


def test_page_cut_off_from_the_window_exchanges_a_code_for_the_token(abroad, reader, code_of):
    code = code_of(reader, "made-up-by-the-page")
    token = exchange(code, "made-up-by-the-page").json()["token"]
    assert widget_tokens.holder(token, abroad) == reader
    assert exchange(code, "made-up-by-the-page").status_code == 429  # once


def test_code_is_worth_nothing_without_its_state_page_or_sign_in(
    abroad, reader, code_of, django_user_model
):
    code = code_of(reader, "mine")
    assert exchange(code, "another").status_code == 422
    assert exchange(code, "mine", origin="https://evil.example").status_code == 422
    assert exchange(f"{code}x", "mine").status_code == 422
    assert widget_tokens.holder(code, abroad) is None
    reader.set_password("drugoj-parol-77")
    reader.save(update_fields=["password"])
    assert exchange(code, "mine").status_code == 422


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("https://evil.example/article/", f"{HOME}/"),
        (f"{HOME}.evil.example/", f"{HOME}/"),
        ("javascript:alert(1)", f"{HOME}/"),
        ("", f"{HOME}/"),
        (f"{HOME}/a/?b=1#old", f"{HOME}/a/?b=1#otklik-code"),
    ],
)
def test_code_goes_to_a_page_of_the_publication_only(abroad, reader, browser, page, back):
    query = urlencode({"site": "vesti", "origin": abroad, "page": page, "state": "made-up"})
    shown = browser(reader).get(f"/threads/sign-in/?{query}").content.decode()
    address = re.search(r'id="back" href="([^"]+)"', shown)[1]
    assert re.sub("(#otklik-code)=.+", r"\1", address) == back


def test_first_comment_from_a_page_names_it_and_a_later_one_does_not_rename_it(
    site, reader, browser
):
    new = "/api/v1/sites/vesti/threads/new/comments/"
    said = {"text": "Первый", "title": "Заголовок", "url": "http://testserver/new/"}
    browser(reader).post(new, said, "application/json")
    browser(reader).post(new, said | {"text": "Второй", "title": "Враньё"}, "application/json")
    thread = Thread.objects.get(key="new")
    assert (thread.title, thread.url) == ("Заголовок", "http://testserver/new/")


def test_reader_under_a_sanction_sees_the_reason_instead_of_a_form(
    site, thread, reader, editor, browser
):
    impose_sanction(
        site=site,
        kind=Sanction.Kind.MUTE,
        subject=Subject.person(reader),
        rule_label="П. 3",
        actor=editor,
        message="Отдохните день.",
        ends_at=timezone.now() + timedelta(days=1),
    )
    mine = browser(reader).get(f"{API}/viewer/").json()
    assert mine["sanction"].startswith("По решению редакции до")
    assert mine["sanction"].endswith("Отдохните день.")
    assert browser(editor).get(f"{API}/viewer/").json()["sanction"] == ""
    page = browser(reader).get("/threads/?site=vesti&key=article-1").content.decode()
    assert "Отдохните день." in page
    assert "<textarea" not in page


def test_premoderated_thread_says_so_before_one_writes(thread, reader, browser):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    assert browser(reader).get(f"{API}/viewer/").json()["premoderated"] is True
    page = browser(reader).get("/threads/?site=vesti&key=article-1").content.decode()
    assert "после того, как их прочтёт редактор" in page


def test_page_with_the_discussion_is_taken_over_by_the_widget(thread, say, browser):
    said = say("Видно сразу")
    page = browser().get("/threads/?site=vesti&key=article-1").content.decode()
    element = page[page.index("<otklik-comments") : page.index("</otklik-comments>")]
    assert 'site="vesti" key="article-1" page-title="Статья"' in element
    assert f'id="comment-{said.pk}"' in element
    assert "comments/widget.js" in page


def test_html_for_the_publications_own_page(say, thread, reader):
    say("Есть **без скриптов**")
    page = Client().get("/threads/html/?site=vesti&key=article-1&lang=en")
    assert "Есть <strong>без скриптов</strong>" in page.content.decode()
    assert "Comments (1)" in page.content.decode()
    assert 'itemtype="https://schema.org/Comment"' in page.content.decode()
    again = Client().get(
        "/threads/html/?site=vesti&key=article-1&lang=en", headers={"If-None-Match": page["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_html_names_the_language_of_each_comment(say, thread):
    say("По-русски")
    say("In English")
    page = Client().get("/threads/html/?site=vesti&key=article-1&lang=en").content.decode()
    assert re.findall(r'itemprop="text" lang="(\w+)"', page) == ["ru", "en"]
    shown = Client().get("/threads/?site=vesti&key=article-1", headers={"Accept-Language": "en"})
    assert re.findall(r'comment-body" lang="(\w+)"', shown.content.decode()) == ["ru", "en"]


def test_html_of_a_closed_thread_has_no_text(say, thread):
    say("Секрет")
    thread.registered_only = True
    thread.save(update_fields=["registered_only"])
    assert "Секрет" not in Client().get("/threads/html/?site=vesti&key=article-1").content.decode()


def test_comment_without_a_page_is_found_on_ours(site, thread, say):
    thread.url = ""
    thread.save(update_fields=["url"])
    comment = say("Где я")
    page = Client().get(f"/threads/comments/{comment.pk}/", follow=True)
    assert page.redirect_chain[0][0].startswith("/threads/?site=vesti&key=article-1&comment=")
    assert "Где я" in page.content.decode()


def test_page_of_one_comment(say):
    first = say("Первый")
    wanted = say("Искомый")
    page = Client().get(f"{API}/comments/?comment={wanted.pk}").json()
    assert [branch["comment"]["id"] for branch in page["branches"]] == [wanted.pk]
    unknown = Client().get(f"{API}/comments/?comment=999999").json()
    assert unknown["branches"][0]["comment"]["id"] == first.pk


def test_held_comment_says_why(say, reader, settings_of_site, browser):
    say("ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ БУКВАМИ ЭТО ЗДЕСЬ НЕ ПРИНЯТО СОВСЕМ")
    hidden = browser(reader).get(f"{API}/viewer/").json()["hidden"]
    assert "прописными буквами" in " ".join(hidden[0]["reasons"])


def test_rules_are_a_page_for_everybody(rulebook):
    page = Client().get("/rules/").content.decode()
    assert "Оскорбления и травля" in page
    assert "redaktor@vesti.example" in page


@pytest.fixture
def two_versions(site, monkeypatch):
    """The usual rules of January 2025, replaced in March 2026 by one rule."""
    rule = RuleText(code="law", title_ru="Закон", title_en="Law", text_ru="Да", text_en="Yes")
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: datetime(2025, 1, 10, 9, tzinfo=UTC))
        install_default_rules(site=site)
        patch.setattr(timezone, "now", lambda: datetime(2026, 3, 15, 9, tzinfo=UTC))
        publish_rulebook(site=site, rules=[rule], actor=None)


@pytest.mark.parametrize(
    ("query", "is_old"),
    [
        ("?on=2026-03-14", True),
        ("?on=2026-03-15", True),  # the API, too: a date is its first moment
        ("?on=2026-03-15T08:59:59Z", True),
        ("?on=2026-03-15T09:00:00Z", False),
        ("?on=2026-03-16", False),
        ("?version=1", True),
        ("?version=2", False),
        ("", False),
    ],
)
def test_rules_are_shown_as_they_stood(two_versions, query, is_old):
    page = Client().get(f"/rules/{query}").content.decode()
    assert ("Оскорбления и травля" in page) is is_old
    assert ("Версия 1, действовала с 10 января 2025 г. до 15 марта 2026 г." in page) is is_old
    assert ("Эти правила больше не действуют" in page) is is_old
    assert ("Версия 2, действует с 15 марта 2026 г." in page) is not is_old
    if "version" not in query:
        answer = Client().get(f"/api/v1/sites/vesti/rules/{query}").json()
        assert answer["version"] == (1 if is_old else 2)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("on=2024-12-31", "Тогда"),
        ("on=0001-01-01T00:00:00%2B14:00", "Тогда"),
        ("on=0001-01-01", ""),
        ("on=yesterday", "год-месяц-день"),
        ("on=", "год-месяц-день"),
        ("on=2026-02-30", "год-месяц-день"),
        ("version=3", "Такой версии"),
        ("version=0", "Такой версии"),
        ("version=", "Такой версии"),
        ("version=-1", "Такой версии"),
        ("version=9999999999999999999", "Такой версии"),
        ("version=9223372036854775807", "Такой версии"),
        ("version=x", "Такой версии"),
    ],
)
def test_rules_of_no_time_are_not_found(two_versions, query, sentence):
    answer = Client().get(f"/rules/?{query}")
    assert answer.status_code == 404
    assert sentence in answer.content.decode()


def as_page(token, origin):
    """Return a program with what a script of the page could take."""
    return Client(headers={"Origin": origin, "Authorization": f"Widget {token}"})


def test_an_editor_s_token_opens_nothing_of_the_editors(abroad, say, editor, rulebook, token_of):
    comment = say("Видно всем")
    page = as_page(token_of(editor), abroad)
    known = {"comment_id": comment.pk, "user_id": comment.author_id}
    schema = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())
    desk = [path for path in schema["paths"] if path.startswith("/api/v1/moderation/")]
    assert len(desk) > 20

    def check(path):
        url = re.sub(r"{(\w+)}", lambda found: str(known.get(found[1], 1)), path)
        # 404: there is no such object, and nothing else was asked.
        allowed = {403, 404} if re.search(r"{(?!comment_id|user_id)", path) else {403}
        for method in schema["paths"][path]:
            answer = getattr(page, method)(url, {}, content_type="application/json")
            assert answer.status_code in allowed | {401}, (method, path)

    check_each(desk, check)
    assert page.put(f"{API}/", {}, content_type="application/json").status_code == 403


def test_an_editor_s_token_reads_what_readers_read(abroad, thread, say, editor, token_of):
    held = say("Ещё не видно")
    Comment.objects.filter(pk=held.pk).update(state=State.HELD)
    page = as_page(token_of(editor), abroad)
    assert page.get(f"/api/v1/comments/{held.pk}/").status_code == 404
    posted = page.post(f"{API}/comments/", {"text": "И я здесь"}, content_type="application/json")
    assert posted.status_code == 201


def test_a_token_acts_in_the_publication_of_its_page_alone(abroad, thread, say, reader, token_of):
    other = Site.objects.create(slug="drugoe", name_ru="Другое", origins=["https://other.example"])
    CommentSettings.objects.create(site=other, rates=[])
    closed = Thread.objects.create(site=other, key="b", title="Там", registered_only=True)
    mine = say("Моё там")
    Comment.objects.filter(pk=mine.pk).update(thread=closed)
    page = as_page(token_of(reader), abroad)
    there = "/api/v1/sites/drugoe/threads/b/comments/"
    json = {"content_type": "application/json"}
    assert page.get(there).status_code == 403
    assert page.post(there, {"text": "И туда"}, **json).status_code == 403
    assert page.delete(f"/api/v1/comments/{mine.pk}/").status_code == 403
    assert page.patch(f"/api/v1/comments/{mine.pk}/", {"text": "Иначе"}, **json).status_code == 403
    # These are the person's in every publication.
    assert page.get("/api/v1/notifications/").status_code == 200

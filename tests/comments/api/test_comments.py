from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from comments.discussion import preview
from comments.models import Comment, Thread
from comments.states import State

pytestmark = pytest.mark.django_db
COMMENTS = "/api/v1/sites/vesti/threads/{}/comments/"


@pytest.fixture
def api():
    def signed_in(person=None):
        client = APIClient()
        if person is not None:
            client.force_login(person)
        return client

    return signed_in


def test_first_comment_opens_the_thread(site, reader, api):
    answer = api(reader).post(COMMENTS.format("section/a-2"), {"text": "Первый"})
    assert answer.status_code == 201
    thread = Thread.objects.get()
    assert (thread.key, thread.published_count) == ("section/a-2", 1)


def test_same_idempotency_key_gives_the_first_comment(site, reader, api):
    send = {"data": {"text": "Раз"}, "headers": {"Idempotency-Key": "k1"}}
    first, second = (api(reader).post(COMMENTS.format("a"), **send) for _ in range(2))
    assert first.json() == second.json()
    assert Comment.objects.count() == 1
    other = api(reader).post(COMMENTS.format("a"), {"text": "Два"}, headers=send["headers"])
    assert other.json()["code"] == "idempotency_key_reused"


def test_public_page_has_replies_and_answers_304(say, other_reader, api):
    root = say("Корень")
    say("Ответ", parent=root, by=other_reader)
    page = api().get(COMMENTS.format("article-1"))
    branch = page.json()["branches"][0]
    assert branch["comment"]["html"] == "<p>Корень</p>"
    assert [reply["author"] for reply in branch["replies"]] == ["Борис"]
    again = api().get(COMMENTS.format("article-1"), headers={"If-None-Match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    say("Новый")
    fresh = api().get(COMMENTS.format("article-1"), headers={"If-None-Match": page["ETag"]})
    assert fresh.json()["count"] == 3


def test_public_page_depends_on_nobody(say, reader, api):
    say("Всем")
    mine, everybodys = (c.get(COMMENTS.format("article-1")) for c in (api(reader), api()))
    assert mine.content == everybodys.content
    assert "Cookie" not in mine.get("Vary", "")


def test_registered_only_thread_tells_a_stranger_to_sign_in(thread, say, reader, api):
    thread.registered_only = True
    thread.save(update_fields=["registered_only"])
    comment = say("Секрет")
    for address in (COMMENTS.format("article-1"), f"/api/v1/comments/{comment.pk}/"):
        refused = api().get(address)
        assert refused.json()["code"] == "sign_in_required"
        assert "Секрет" not in refused.content.decode()
    assert "private" in api(reader).get(COMMENTS.format("article-1"))["Cache-Control"]


def test_own_comments_are_mine_alone(thread, say, reader, other_reader, api):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    held = say("Жду")
    address = "/api/v1/sites/vesti/threads/article-1/viewer/"
    assert [h["comment"]["id"] for h in api(reader).get(address).json()["hidden"]] == [held.pk]
    assert api(other_reader).get(address).json()["hidden"] == []
    assert api().get(address).json() == {
        "id": None,
        "name": "",
        "can_post": False,
        "can_report": False,
        "is_closed": False,
        "premoderated": True,
        "sanction": "",
        "hidden": [],
        "editable": [],
        "reactions": {},
        "reports": {},
        "muted": [],
        "unread": 0,
    }
    assert api(other_reader).get(f"/api/v1/comments/{held.pk}/").status_code == 404


SHOUT = "ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ БУКВАМИ ЭТО ЗДЕСЬ НЕ ПРИНЯТО СОВСЕМ"


def test_held_comment_is_published_when_its_author_changes_what_held_it(say, reader, api):
    held = say(SHOUT)
    address = f"/api/v1/comments/{held.pk}/"
    assert api(reader).patch(address, {"text": f"{SHOUT}!"}).json()["state"] == State.HELD
    assert api(reader).patch(address, {"text": "Тише"}).json()["state"] == State.PUBLISHED
    assert [event.action for event in held.events.all()] == ["cleared"]
    held.thread.refresh_from_db()
    assert held.thread.published_count == 1


def test_comment_that_was_public_before_it_was_held_stays_with_the_editors(say, reader, api):
    comment = say("Сначала тихо")
    address = f"/api/v1/comments/{comment.pk}/"
    assert api(reader).patch(address, {"text": SHOUT}).json()["state"] == State.HELD
    assert api(reader).patch(address, {"text": "Снова тихо"}).json()["state"] == State.HELD


PREVIEW = "/api/v1/sites/vesti/comments/preview/"


def test_preview_looks_as_the_comment_will(say, reader, other_reader, api):
    say("Я здесь", by=other_reader)
    text = "**Смотрите**, @Борис:\r\n1. раз"
    draft = {"text": text, "thread": "article-1"}
    preview = api(reader).post(PREVIEW, draft).json()
    assert Comment.objects.count() == 1
    assert preview == {"html": say(text).html}


def test_preview_says_nothing_of_screening(site, reader, api, settings_of_site):
    settings_of_site.min_length = 10
    settings_of_site.save(update_fields=["min_length"])
    answer = api(reader).post(PREVIEW, {"text": "да"})
    assert (answer.status_code, answer.json()) == (200, {"html": "<p>да</p>"})
    assert Thread.objects.count() == 0


def test_preview_is_for_those_who_are_signed_in_and_read_the_thread(thread, other_reader, api):
    assert api().post(PREVIEW, {"text": "да"}).json()["code"] == "sign_in_required"
    draft = {"text": "да", "thread": "к" * 201}
    assert api(other_reader).post(PREVIEW, draft).status_code == 404


def test_preview_is_bounded_in_length_and_number(site, reader, other_reader, api, monkeypatch):
    too_long = api(reader).post(PREVIEW, {"text": "а" * 20_001})
    assert (too_long.status_code, list(too_long.json()["errors"])) == (400, ["text"])
    monkeypatch.setattr(preview, "PREVIEWS", replace(preview.PREVIEWS, per_account=0))
    refused = api(other_reader).post(PREVIEW, {"text": "да"})
    assert refused.json()["code"] == "too_many_requests"


def test_author_edits_and_withdraws_and_another_does_not(say, reader, other_reader, api):
    comment = say("Было")
    address = f"/api/v1/comments/{comment.pk}/"
    assert api(other_reader).patch(address, {"text": "Чужое"}).status_code == 404
    assert api(reader).patch(address, {"text": "Стало"}).json()["html"] == "<p>Стало</p>"
    assert api(reader).delete(address).json()["state"] == State.WITHDRAWN
    assert api().get(address).status_code == 404


def test_reactions_count_once_a_person(say, reader, other_reader, editor, api):
    address = f"/api/v1/comments/{say(by=editor).pk}/reaction/"
    api(reader).put(address, {"kind": "up"})
    api(reader).put(address, {"kind": "up"})
    assert api(other_reader).put(address, {"kind": "down"}).json() == {"up": 1, "down": 1}
    assert api(reader).delete(address).json() == {"up": 0, "down": 1}
    assert api().put(address, {"kind": "up"}).json()["code"] == "sign_in_required"


def test_counts_of_many_threads_take_one_statement(say, api, django_assert_num_queries):
    say()
    with django_assert_num_queries(2):
        answer = api().get("/api/v1/sites/vesti/counts/?keys=article-1,nobody")
    assert answer.json() == {"article-1": 1, "nobody": 0}


def test_rules_are_read_by_everybody(rulebook, api):
    answer = api().get("/api/v1/sites/vesti/rules/", headers={"Accept-Language": "en"}).json()
    assert (answer["version"], answer["digest"]) == (1, rulebook.digest)
    assert "Insults and harassment" in {rule["title"] for rule in answer["rules"]}


def test_decision_api_records_and_refuses_the_stale(say, editor, rulebook, api):
    comment = say("Реклама")
    address = f"/api/v1/moderation/comments/{comment.pk}/decisions/"
    act = {"action": "remove", "expected_state": "published", "rule": "advertising", "note": "x"}
    assert api(editor).post(address, act).json()["state"] == "removed"
    stale = api(editor).post(address, act | {"action": "approve", "expected_state": "held"})
    assert (stale.status_code, stale.json()["current"]) == (409, "removed")
    history = api(editor).get(f"/api/v1/moderation/comments/{comment.pk}/history/").json()
    assert [(e["action"], e["rule"], e["rulebook_version"]) for e in history["events"]] == [
        ("removed", "advertising", 1)
    ]


def test_queue_and_its_count_agree(thread, say, editor, reader, api):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    held = [say(f"Текст {n}").pk for n in range(3)]
    answer = api(editor).get("/api/v1/moderation/queue/").json()
    assert [item["id"] for item in answer["items"]] == held[::-1]
    assert answer["waiting"] == 3
    assert api(reader).get("/api/v1/moderation/queue/").json()["code"] == "not_permitted"


def test_thread_is_set_up_by_editors_with_an_address_of_the_publication(site, editor, reader, api):
    address = "/api/v1/sites/vesti/threads/a-9/"
    body = {"title": "Девять", "url": "http://testserver/9/", "mode": "closed"}
    assert api(reader).put(address, body).status_code == 403
    assert api(editor).put(address, body | {"url": "http://evil.example/"}).status_code == 422
    assert api(editor).put(address, body).json()["mode"] == "closed"
    posted = api(reader).post(f"{address}comments/", {"text": "Можно?"})
    assert posted.json()["code"] == "thread_closed"


def test_thread_refuses_an_ancient_closing_date_and_keeps_no_fragment(thread, editor, api):
    path = "/api/v1/sites/vesti/threads/article-1/"
    wanted = {"title": "Статья", "url": "http://testserver/a/1/?p=2#photo"}
    for closes_at in ("0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z"):
        answer = api(editor).put(path, wanted | {"closes_at": closes_at}, format="json")
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["closes_at"]
    answer = api(editor).put(path, wanted | {"closes_at": "2000-01-01T00:00:00Z"}, format="json")
    assert answer.json()["url"] == "http://testserver/a/1/?p=2"

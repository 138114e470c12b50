"""Any text is a key: in paths of the API, and in counts."""

from urllib.parse import quote

import pytest

from comments.models import Thread

pytestmark = pytest.mark.django_db
API = "/api/v1/sites/vesti"
KEYS = (
    *("comments", "people", "viewer", "about/viewer", "a/comments", "a/comments/5/replies"),
    *(".", "..", "a/../b", "a//b", "/", "~", "~a", "a,b", "50%", "%2e", "я/ё", "a?b#c"),
)


def path_of(key):
    return f"{API}/threads/~{quote(quote(key, safe=''), safe='')}"


@pytest.mark.parametrize("key", KEYS)
def test_every_key_can_be_set_up_read_and_answered(browser, editor, reader, site, key):
    data = {"title": "Статья", "url": "http://testserver/a/7/"}
    answer = browser(editor).put(f"{path_of(key)}/", data, content_type="application/json")
    assert answer.status_code == 200
    assert Thread.objects.get().key == key
    assert browser(editor).get(f"{path_of(key)}/").json()["title"] == "Статья"
    posted = browser(reader).post(
        f"{path_of(key)}/comments/", {"text": "Спасибо"}, content_type="application/json"
    )
    assert posted.status_code == 201
    page = browser().get(f"{path_of(key)}/comments/").json()
    assert [branch["comment"]["id"] for branch in page["branches"]] == [posted.json()["id"]]
    assert browser(reader).get(f"{path_of(key)}/viewer/").status_code == 200
    root = posted.json()["id"]
    assert browser().get(f"{path_of(key)}/comments/{root}/replies/").status_code == 200
    assert browser().get(f"{API}/counts/", {"key": key}).json() == {key: 1}


def test_a_plain_path_is_still_the_key(browser, thread):
    assert browser().get(f"{API}/threads/article-1/").json()["title"] == "Статья"
    assert browser().get(f"{API}/threads/~article-1/").json()["title"] == "Статья"


def test_counts_take_keys_with_and_without_commas(browser, thread):
    thread.__class__.objects.create(site=thread.site, key="a,b", published_count=3)
    answer = browser().get(f"{API}/counts/?keys=article-1,other&key=a,b&key=c")
    assert answer.json() == {"article-1": 0, "other": 0, "a,b": 3, "c": 0}


def test_more_than_a_hundred_keys_are_refused(browser, site):
    many = "&".join(f"key={number}" for number in range(60))
    answer = browser().get(f"{API}/counts/?{many}&keys={','.join(map(str, range(60)))}")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_keys")


@pytest.mark.parametrize("root", ["-1", "x", "9" * 20])
def test_replies_to_what_is_no_comment_are_not_found(browser, thread, root):
    """The rest of the path is not taken for a key."""
    answer = browser().get(f"{API}/threads/{thread.key}/comments/{root}/replies/")
    assert answer.status_code == 404

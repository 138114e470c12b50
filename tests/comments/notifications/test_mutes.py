import pytest

from accounts.actions import request_erasure
from accounts.actions.own_data import _archive, carry_out_erasure
from accounts.models import ErasureRequest
from accounts.permissions import FreshProof
from comments.actions import mute_person
from comments.models import Mute, Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thread")]
ME = "/api/v1/sites/vesti/threads/article-1/viewer/"
PAGE = "/api/v1/sites/vesti/threads/article-1/comments/"


def test_a_reader_hides_and_shows_somebody_again(browser, reader, other_reader):
    client = browser(reader)
    address = f"/api/v1/mutes/{other_reader.pk}/"
    assert [client.put(address).status_code for _ in range(2)] == [204, 204]
    assert client.get(ME).json()["muted"] == [other_reader.pk]
    assert [one["name"] for one in client.get("/api/v1/mutes/").json()] == ["Борис"]
    assert client.delete(address).status_code == 204
    assert client.get(ME).json()["muted"] == []


def test_the_shared_page_is_the_same_for_all(browser, say, reader, other_reader):
    say("Слово", by=other_reader)
    before = browser(reader).get(PAGE)
    mute_person(reader=reader, person_id=other_reader.pk)
    after, stranger = browser(reader).get(PAGE), browser().get(PAGE)
    assert before.content == after.content == stranger.content
    assert before["ETag"] == after["ETag"]


def test_people_see_only_their_own_mutes(browser, reader, other_reader, editor):
    mute_person(reader=reader, person_id=editor.pk)
    assert browser(other_reader).get("/api/v1/mutes/").json() == []
    assert "Вера" not in browser(other_reader).get("/muted/").content.decode()


def test_nobody_hides_themselves_or_nobody(browser, reader):
    assert browser(reader).put(f"/api/v1/mutes/{reader.pk}/").status_code == 422
    assert browser(reader).put("/api/v1/mutes/999999999/").status_code == 404
    assert not Mute.objects.exists()


def test_on_the_page_they_are_shown_again_without_scripts(browser, reader, other_reader):
    mute_person(reader=reader, person_id=other_reader.pk)
    page = browser(reader).get("/muted/").content.decode()
    assert "Борис" in page
    browser(other_reader).post(f"/muted/{other_reader.pk}/end/")
    assert Mute.objects.exists()
    browser(reader).post(f"/muted/{other_reader.pk}/end/")
    assert not Mute.objects.exists()


def test_they_are_handed_over_and_erased_with_the_rest(say, reader, other_reader, editor, deliver):
    say("Ответ", parent=say("Слово"), by=other_reader)
    deliver()
    mute_person(reader=reader, person_id=editor.pk)
    mute_person(reader=other_reader, person_id=reader.pk)
    archive = _archive(reader)
    assert b"notifications/notifications.json" in archive
    assert b"notifications/hidden_authors.json" in archive
    request = request_erasure(
        user=reader, comments=ErasureRequest.Comments.KEEP, proof=FreshProof(reader.pk)
    )
    ErasureRequest.objects.update(due_at=request.requested_at)
    carry_out_erasure(request_id=request.pk)
    assert not Mute.objects.exists()
    assert not Notification.objects.filter(person=reader).exists()

"""A small thread pool renders previews and blocks nothing else."""

from threading import Event

import pytest
from django.core.cache import cache

from certificates.applications import previews
from certificates.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd():
    """As many people looking at their documents as there are places, until the test ends."""
    end = Event()
    places = previews._AT_ONCE + previews._WAITING
    for _place in range(places):
        assert previews._places.acquire(timeout=10)
    held = [previews._painters.submit(end.wait, 60) for _thread in range(previews._AT_ONCE)]
    yield
    end.set()
    for one in held:
        one.result()
    previews._places.release(places)


@pytest.fixture
def picture(filled):
    cache.clear()
    return f"/applications/{filled.pk}/preview.png"


def test_request_beyond_the_limit_is_answered_503(page, picture, crowd):
    answer = page.get(picture)
    assert answer.status_code == 503
    assert "попробуйте ещё раз через мгновение" in answer.content.decode()


def test_answers_are_saved_while_previews_are_busy(page, filled, crowd):
    html = page.post(
        "/programmes/publication/", {"surname": "Ивaнова"}, headers={"hx-request": "true"}
    ).content.decode()
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Ивaнова"
    assert "смешаны русские и латинские буквы" in html


def test_documents_are_issued_while_previews_are_busy(filled, confirm, deliver, request):
    confirm(filled)
    request.getfixturevalue("crowd")
    deliver()
    assert Certificate.objects.get().is_sealed


def test_places_are_free_again_after_each_picture(page, filled):
    for number in range(2 * (previews._AT_ONCE + previews._WAITING)):
        filled.answers = {**filled.answers, "title": f"Урок № {number}"}
        assert previews.preview(filled).startswith(b"\x89PNG")


def test_unprintable_text_frees_its_place(filled):
    filled.answers = {**filled.answers, "title": "Урок 漢字"}
    for _time in range(2 * (previews._AT_ONCE + previews._WAITING)):
        assert previews.fault(filled) is not None


def test_one_request_at_most_waits_for_a_place(filled, crowd):
    """Each holds a thread of the web process, which has few."""
    assert previews._patient.acquire(blocking=False)
    try:
        with pytest.raises(previews.PreviewsBusy):
            previews.preview(filled, patience=60)
    finally:
        previews._patient.release()

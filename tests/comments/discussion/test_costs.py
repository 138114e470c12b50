"""The cost of a text from outside: it is refused before work is done, and stored in part."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from comments.actions import edit_comment, publish_word_list
from comments.discussion import posting
from comments.discussion.preview import preview_comment
from comments.discussion.screen_text import TextRefused, TooFast
from comments.models import Comment, RejectedText, WordListVersion
from comments.screening import phases
from comments.screening.phases.form import MOST_CODE_POINTS, is_readable
from comments.screening.reasons import CONTENT_PHASES, Phase
from comments.screening.verdicts import MOST_EVIDENCE
from comments.states import State
from core.errors import TooManyRequests

pytestmark = pytest.mark.django_db
LONGEST = 3000
# One that is read in full for its author to see all that is wrong, and three that are not.
A_LITTLE = "а " * LONGEST
OVER = [
    pytest.param("а " * (LONGEST + 1), id="just over"),
    pytest.param("[" * 1_000_000, id="brackets"),
    pytest.param("е\u0301" * (MOST_CODE_POINTS * LONGEST // 2 + 1), id="marks"),
    pytest.param("негодяй " * 100_000, id="words"),
]


@pytest.fixture
def read(monkeypatch):
    """The calls of everything that reads a text."""
    calls = []

    def noted(name):
        def call(*_args, **_kwargs):
            calls.append(name)
            raise AssertionError(name)

        return call

    monkeypatch.setattr("comments.text.visible.parse", noted("visible.parse"))
    monkeypatch.setattr("comments.text.markup.parse", noted("markup.parse"))
    monkeypatch.setattr("comments.discussion.screen_text.readings_of", noted("readings_of"))
    monkeypatch.setattr("comments.discussion.screen_text.links_of", noted("links_of"))
    monkeypatch.setattr("comments.discussion.screen_text.add_text_facts", noted("text facts"))
    functions = {phase: noted(str(phase)) for phase in CONTENT_PHASES}
    monkeypatch.setattr("comments.screening.PHASES", dict(phases.PHASES) | functions)
    return calls


@pytest.mark.parametrize("text", OVER)
def test_overlong_text_is_read_by_no_action(say, thread, reader, request, text):
    comment = say("Коротко")
    read = request.getfixturevalue("read")
    for act in (
        lambda: say(text),
        lambda: edit_comment(comment=comment, author=reader, text=text),
        lambda: preview_comment(text=text, author=reader, thread=thread),
    ):
        with pytest.raises(TextRefused) as refused:
            act()
        assert str(len(text.strip())) in refused.value.fields["text"][0].replace("\xa0", "")
    assert read == []
    assert Comment.objects.get() == comment


def test_text_a_little_too_long_is_judged_in_full(say, site):
    publish_word_list(
        site=site,
        name="banned-ru",
        kind=WordListVersion.Kind.BANNED,
        entries=["негодяй"],
        actor=None,
    )
    with pytest.raises(TextRefused) as refused:
        say("негодяй " + A_LITTLE[:LONGEST])
    assert refused.value.extra["phases"] == ["length", "banned_words"]
    with pytest.raises(TextRefused) as refused:
        say("негодяй " + A_LITTLE)
    assert refused.value.extra["phases"] == ["length"]


def test_bounds_of_reading():
    assert is_readable("а" * 6000, 3000)
    assert not is_readable("а" * 6001, 3000)
    # Three code points a character, as emoji have.
    assert is_readable("а\u0301\u0302" * 6000, 3000)
    assert not is_readable("а\u0301\u0302" * 6001, 3000)


@pytest.mark.parametrize("text", OVER)
def test_a_refusal_stores_a_bounded_beginning(say, text):
    with pytest.raises(TextRefused):
        say(text)
    stored = RejectedText.objects.get()
    assert stored.text == text.strip()[: 2 * LONGEST]
    assert len(str(stored.verdict)) < 2_000


def test_evidence_of_a_refusal_is_bounded(say, site):
    publish_word_list(
        site=site,
        name="banned-ru",
        kind=WordListVersion.Kind.BANNED,
        entries=["негодяй"],
        actor=None,
    )
    with pytest.raises(TextRefused):
        say("негодяй " * 300)
    phases_ = RejectedText.objects.get().verdict["phases"]
    found = next(phase for phase in phases_ if phase["phase"] == Phase.BANNED_WORDS)
    assert len(found["evidence"]) == MOST_EVIDENCE


@pytest.fixture
def two_a_minute(settings_of_site):
    settings_of_site.rates = [[2, 60]]
    settings_of_site.save(update_fields=["rates"])


@pytest.mark.usefixtures("two_a_minute")
def test_refusals_count_as_posts_do_and_are_stored_no_more_often(say, request):
    for _ in range(2):
        with pytest.raises(TextRefused):
            say("!" * 50_000)
    read = request.getfixturevalue("read")
    for text in ("!" * 50_000, "Обычный текст"):
        for _ in range(3):
            with pytest.raises(TooFast):
                say(text)
    assert (read, RejectedText.objects.count(), Comment.objects.count()) == ([], 2, 0)


@pytest.mark.usefixtures("two_a_minute")
def test_refused_edits_count_and_good_ones_do_not(say, reader):
    comment = say("Первый")
    for number in range(4):
        comment = edit_comment(comment=comment, author=reader, text=f"Правка {number}")
    for _ in range(2):
        with pytest.raises(TextRefused):
            edit_comment(comment=comment, author=reader, text="!" * 50_000)
    with pytest.raises(TooFast):
        edit_comment(comment=comment, author=reader, text="Ещё правка")
    assert RejectedText.objects.count() == 2


@pytest.mark.usefixtures("two_a_minute")
def test_refusals_of_another_person_or_time_do_not_count(say, other_reader):
    for _ in range(2):
        with pytest.raises(TextRefused):
            say("!" * 50_000, by=other_reader)
    assert say("Я ни при чём").state == State.PUBLISHED
    RejectedText.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert say("И я исправился", by=other_reader).state == State.PUBLISHED


def test_edits_are_limited(say, reader, monkeypatch):
    now = time.time()
    monkeypatch.setattr("core.limits.time", SimpleNamespace(time=lambda: now))
    comment = say("Первый")
    most = posting._EDITS.per_account
    for number in range(most):
        edit_comment(comment=comment, author=reader, text=f"Правка {number}")
    with pytest.raises(TooManyRequests):
        edit_comment(comment=comment, author=reader, text="Ещё правка")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("two_a_minute")
def test_limits_on_posting_hold_for_texts_sent_at_once(say, thread):
    def post(number):
        try:
            say(f"Одновременно {number}")
        except TooFast:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(8) as pool:
        refused = sum(pool.map(post, range(8)))
    assert (refused, Comment.objects.count()) == (6, 2)

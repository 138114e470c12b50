import pytest

from comments.actions import start_dry_run, try_out
from core.errors import InvalidInput

pytestmark = pytest.mark.django_db


def test_trial_says_which_entry_and_where():
    (match,) = try_out(entries=["кот", "мошенник"], text="Это мошенники!")
    assert (match.entry, match.start, match.end) == ("мошенник", 4, 13)


def test_trial_reads_through_marks_as_screening_does():
    (match,) = try_out(entries=["мошенник"], text="Это мошен**ник**, вот")
    assert (match.text, match.start, match.end) == ("мошен**ник", 4, 14)


def test_trial_says_what_a_disguised_word_looks_like():
    matches = try_out(entries=["мошенник"], text="Это м*шенники, да мошенник!")
    assert [(match.text, match.looks_like) for match in matches] == [
        ("м*шенники", "мошенники"),
        ("мошенник", ""),
    ]


def test_dry_run_counts_what_a_list_would_have_stopped(site, say, editor, deliver, monkeypatch):
    monkeypatch.setattr("comments.house_rules.dry_runs.CHUNK_SIZE", 2)
    for text in ("Мошенники кругом", "Ах вы м*шенники", "Согласен", "Опять мошен**ник**", "Да"):
        say(text)
    run = start_dry_run(site=site, entries=["мошенник"], editor=editor)
    assert (run.total, run.examined, run.is_done) == (5, 0, False)
    deliver()
    run.refresh_from_db()
    assert (run.examined, run.matched, run.matched_published, run.is_done) == (5, 3, 3, True)
    assert [(example["text"], example["looks_like"]) for example in run.examples] == [
        ("Мошенники", ""),
        ("м*шенники", "мошенники"),
        ("мошен**ник", ""),
    ]


def test_entry_with_nothing_to_match_is_refused(site, editor):
    with pytest.raises(InvalidInput) as refused:
        start_dry_run(site=site, entries=["*"], editor=editor)
    assert "*" in refused.value.fields["entries"][0]

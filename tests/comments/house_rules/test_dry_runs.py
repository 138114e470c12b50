import pytest

from comments.actions import publish_word_list, start_dry_run, try_out
from comments.house_rules import dry_runs
from comments.models import WordListVersion
from core.errors import InvalidInput
from core.models import OutboxEvent
from tests.support.outbox import fail_for_good, lose_queue, retry_parked, run_task, taken_tasks

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


@pytest.fixture
def run(site, say, editor, monkeypatch):
    """A dry run of two chunks over comments of which each matches."""
    monkeypatch.setattr(dry_runs, "CHUNK_SIZE", 2)
    for number in range(3):
        say(f"Мошенник {number}")
    return start_dry_run(site=site, entries=["мошенник"], editor=editor)


@pytest.mark.usefixtures("_tasks_are_known")
def test_one_that_fails_says_so_and_goes_on_where_it_was(
    run, deliver, browser, editor, monkeypatch
):
    (first_chunk,) = [task for task in taken_tasks() if "dry_run" in task[0]]
    run_task(*first_chunk)
    with monkeypatch.context() as patch:
        patch.setattr(dry_runs, "compiled", lambda _version: 1 / 0)
        fail_for_good()
    run.refresh_from_db()
    assert (run.is_failed, run.is_done, run.examined) == (True, False, 2)
    publish_word_list(
        site=run.site,
        name="rude",
        kind=WordListVersion.Kind.SUSPECT,
        entries=["слон"],
        actor=editor,
    )
    address = f"/desk/words/lists/rude/dry-runs/{run.pk}/"
    page = browser(editor).get(address).content.decode()
    assert "Произошла ошибка на нашей стороне" in page
    assert "hx-get" not in page.partition('id="dry-run"')[2].partition("</section>")[0]
    browser(editor).post(f"{address}resume/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    run.refresh_from_db()
    assert (run.is_failed, run.is_done, run.examined, run.matched) == (False, True, 3, 3)


@pytest.mark.parametrize("acts", ["retried", "resumed, retried", "retried, resumed"])
@pytest.mark.usefixtures("_tasks_are_known")
def test_one_that_failed_runs_once_whoever_starts_it_again(acts, run, editor, deliver, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(dry_runs, "compiled", lambda _version: 1 / 0)
        fail_for_good()
    before = OutboxEvent.objects.filter(topic="dry_run.chunk_due").count()
    for act in acts.split(", "):
        if act == "retried":
            retry_parked()
        else:
            dry_runs.resume_dry_run(run=run, editor=editor)
    deliver()
    run.refresh_from_db()
    assert (run.is_failed, run.is_done, run.examined, run.matched) == (False, True, 3, 3)
    assert not OutboxEvent.objects.filter(done_at=None).exists()
    # One for the second chunk, and one for the first if the editor has started it.
    made = OutboxEvent.objects.filter(topic="dry_run.chunk_due").count() - before
    assert made == (2 if "resumed" in acts else 1)


def test_one_whose_queue_is_lost_ends_all_the_same(run, deliver):
    lose_queue()
    deliver()
    run.refresh_from_db()
    assert (run.is_done, run.examined) == (True, 3)


def test_chunks_that_run_twice_count_nothing_twice(run, deliver_twice):
    deliver_twice()
    run.refresh_from_db()
    assert (run.is_done, run.examined, run.matched) == (True, 3, 3)
    assert OutboxEvent.objects.filter(topic="dry_run.chunk_due").count() == 2

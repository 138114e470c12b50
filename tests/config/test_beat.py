"""Beat goes on after the clock was set back, and nothing else waits for the lost time."""

from datetime import timedelta

import pytest
from celery import current_app
from celery.schedules import schedule
from kombu.exceptions import OperationalError

from config.beat import Scheduler

EVERY = timedelta(seconds=15)
MAKE_DUE = "core.tasks.make_waiting_due"


@pytest.fixture
def sent(monkeypatch):
    """The tasks that beat started, instead of a queue."""
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    monkeypatch.setattr(Scheduler, "apply_async", lambda _self, entry, **_: sent.append(entry.task))
    monkeypatch.setattr(Scheduler, "producer", None)
    return sent


@pytest.fixture
def scheduler(tmp_path, sent):
    def scheduler(**entries):
        made = Scheduler(app=current_app, schedule_filename=str(tmp_path / "schedule"))
        made.schedule.clear()
        for name, ahead in entries.items():
            entry = made.add(name=name, task=name, schedule=schedule(EVERY, app=current_app))
            entry.last_run_at += ahead
        return made

    return scheduler


def test_what_was_last_started_in_the_future_is_planned_from_now(scheduler, sent):
    beat = scheduler(often=timedelta(hours=1))
    assert beat.tick() <= EVERY.total_seconds()
    assert sent == [MAKE_DUE]
    assert abs(beat.schedule["often"].last_run_at - beat.schedule["often"].default_now()) < EVERY
    beat.tick()
    assert sent == [MAKE_DUE]


def test_a_clock_that_is_right_changes_nothing(scheduler, sent):
    beat = scheduler(often=-timedelta(seconds=20), later=timedelta(0))
    beat.tick()
    assert sent == ["often"]


def test_a_broker_that_is_away_is_told_later(scheduler, sent, monkeypatch):
    def refuse(_name, **_):
        raise OperationalError("away")

    beat = scheduler(often=timedelta(hours=1))
    with monkeypatch.context() as cut:
        cut.setattr(current_app, "send_task", refuse)
        beat.tick()
    assert sent == []
    beat.tick()
    assert sent == [MAKE_DUE]

"""No side effect is lost after the hand-over: every route is walked, so none can be forgotten."""

import inspect
import re
from contextlib import suppress

import pytest
from celery import current_app
from django.db import transaction

from config.outbox_routes import ROUTES
from core import outbox
from core.models import OutboxEvent
from core.outbox import parking
from core.outbox.parked import NotParked
from core.outbox.routes import ByEvent, Job
from tests.support.outbox import hasten_events, lose_queue, run_task, taken_tasks
from tests.support.parallel import in_parallel
from tests.support.paths import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_tasks_are_known")]

ROUTED = [(topic, str(task)) for topic, tasks in ROUTES.items() for task in tasks]
JOBS = [(topic, task) for topic, tasks in ROUTES.items() for task in tasks if isinstance(task, Job)]
SAMPLES = {int: 7, str: "text", bool: True, list[int]: [7, 8]}


class Killed(BaseException):
    """Simulates `kill -9`: no task can catch it."""


class Body:
    """Takes the place of a task's body."""

    def __init__(self):
        self.error = None
        self.calls = []

    def __call__(self, **arguments):
        if self.error is not None:
            raise self.error
        self.calls.append(arguments)


@pytest.fixture
def bodies(monkeypatch, _tasks_are_known):
    made = {}
    for _topic, name in ROUTED:
        made[name] = Body()
        monkeypatch.setattr(current_app.tasks[name], "run", made[name])
    return made


def signature_of(task):
    # Of the class: the body of the instance may be replaced.
    return inspect.signature(type(current_app.tasks[task]).run)


def payload_of(topic):
    """Return a payload as the tasks of the topic take it."""
    payload = {}
    for task in ROUTES[topic]:
        if not isinstance(task, ByEvent):
            parameters = signature_of(task).parameters.values()
            payload |= {
                one.name: SAMPLES[one.annotation]
                for one in parameters
                if one.default is inspect.Parameter.empty
            }
    return payload


def happen(topic):
    return OutboxEvent.objects.create(topic=topic, payload=payload_of(topic))


def work():
    """Do what a worker does with a batch; what is raised is the log's."""
    for task in taken_tasks():
        with suppress(Exception, Killed):
            run_task(*task)


@pytest.fixture(params=["queue lost", "exception", "killed worker"])
def lose(request, bodies):
    def run(task):
        if request.param == "queue lost":
            lose_queue()
            return
        bodies[task].error = RuntimeError("broken") if request.param == "exception" else Killed()
        work()
        bodies[task].error = None
        hasten_events()

    return run


@pytest.mark.parametrize(("topic", "task"), ROUTED)
def test_a_side_effect_survives(topic, task, lose, bodies):
    payload = payload_of(topic)
    event = OutboxEvent.objects.create(topic=topic, payload=payload)
    lose(task)
    event.refresh_from_db()
    assert event.done_at is None
    assert task in event.waits_for
    work()
    event.refresh_from_db()
    assert event.done_at is not None
    by_event = any(isinstance(one, ByEvent) and one == task for one in ROUTES[topic])
    assert bodies[task].calls == [{"event_ids": [event.pk]} if by_event else payload]
    hasten_events()
    assert taken_tasks() == []


@pytest.mark.parametrize(("topic", "task"), ROUTED)
def test_every_task_takes_the_payload_of_its_event(topic, task):
    arguments = payload_of(topic)
    if any(isinstance(one, ByEvent) and one == task for one in ROUTES[topic]):
        arguments = {"event_ids": [1]}
    signature_of(task).bind(**arguments)


@pytest.mark.parametrize(("topic", "job"), JOBS)
def test_a_job_that_fails_too_often_tells_its_user(topic, job, bodies):
    payload = payload_of(topic)
    event = OutboxEvent.objects.create(topic=topic, payload=payload)
    bodies[job].error = RuntimeError("broken")
    for _ in range(parking.MOST_FAILURES_OF_JOB):
        work()
        hasten_events()
    event.refresh_from_db()
    assert event.parked_at is not None
    assert event.last_error == "RuntimeError: broken"
    work()
    assert [bodies[task].calls for task in ROUTES[job.failed]] == [[payload]]


@pytest.fixture
def parked(bodies):
    """Let a job fail until it is given up, and its user be told; return its event."""

    def run(topic, job):
        event = OutboxEvent.objects.create(topic=topic, payload=payload_of(topic))
        bodies[job].error = RuntimeError("broken")
        for _ in range(parking.MOST_FAILURES_OF_JOB):
            work()
            hasten_events()
        work()
        bodies[job].error = None
        event.refresh_from_db()
        assert event.parked_at is not None
        return event

    return run


@transaction.atomic
def restart(event):
    outbox.publish_again(event.topic, **event.payload)


def retry(event):
    with suppress(NotParked):
        outbox.retry_event(event=event, actor=None)


@pytest.mark.parametrize(("topic", "job"), JOBS)
@pytest.mark.parametrize(
    "acts",
    [[restart], [retry], [retry, restart], [restart, retry]],
    ids=lambda acts: ", ".join(act.__name__ for act in acts),
)
def test_a_job_started_again_runs_once_and_its_old_event_is_settled(
    topic, job, acts, parked, bodies
):
    event = parked(topic, job)
    for act in acts:
        act(event)
    work()
    hasten_events()
    work()
    assert bodies[job].calls == [event.payload]
    assert not OutboxEvent.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(("topic", "job"), JOBS)
def test_a_retried_job_that_is_with_a_worker_when_its_user_starts_it_again_runs_once(
    topic, job, parked, bodies
):
    event = parked(topic, job)
    retry(event)
    with_worker = taken_tasks()
    restart(event)
    for task in [*with_worker, *taken_tasks()]:
        run_task(*task)
    assert bodies[job].calls == [event.payload]
    assert not OutboxEvent.objects.filter(done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_retried_and_started_again_at_one_moment_runs_once(parked, bodies):
    topic, job = JOBS[0]
    for _ in range(5):
        event = parked(topic, job)
        bodies[job].calls.clear()
        in_parallel(lambda number, event=event: (restart, retry)[number](event), 2)
        work()
        assert bodies[job].calls == [event.payload]
        assert not OutboxEvent.objects.filter(done_at=None).exists()


def test_a_job_started_again_settles_no_event_of_another(parked, bodies):
    topic, job = JOBS[0]
    others = parked(topic, job)
    with transaction.atomic():
        outbox.publish_again(topic, **dict.fromkeys(others.payload, 8))
    assert list(OutboxEvent.objects.parked()) == [others]


@pytest.mark.parametrize(("topic", "job"), JOBS)
def test_a_job_that_runs_again_is_not_told_to_have_failed(topic, job, parked, bodies):
    event = parked(topic, job)
    bodies[ROUTES[job.failed][0]].calls.clear()
    OutboxEvent.objects.create(topic=job.failed, payload=event.payload)
    restart(event)
    work()
    assert bodies[ROUTES[job.failed][0]].calls == []


@pytest.mark.parametrize(("topic", "job"), JOBS)
def test_the_task_that_tells_of_a_failed_job_takes_its_payload(topic, job):
    for task in ROUTES[job.failed]:
        signature_of(task).bind(**payload_of(topic))


def test_a_finished_task_is_not_sent_again_with_the_one_that_failed(bodies):
    event = happen("certificate.sealed")
    bodies["certificates.tasks.email_document"].error = OSError("no disk")
    work()
    hasten_events()
    assert [task for task, *_rest in taken_tasks()] == ["certificates.tasks.email_document"]
    event.refresh_from_db()
    assert event.waits_for == ["certificates.tasks.email_document"]


def test_what_can_never_be_done_is_parked_and_blocks_nothing(bodies):
    broken = happen("comment.posted")
    bodies["comments.tasks.notify_of_comment"].error = ValueError("never")
    for _ in range(parking.MOST_FAILURES):
        work()
        hasten_events()
    broken.refresh_from_db()
    assert (broken.failures, broken.last_error) == (parking.MOST_FAILURES, "ValueError: never")
    assert broken.parked_at is not None
    bodies["comments.tasks.notify_of_comment"].error = None
    later = happen("comment.posted")
    work()
    later.refresh_from_db()
    broken.refresh_from_db()
    assert later.done_at is not None
    assert broken.done_at is None


def test_a_task_that_kills_every_worker_is_parked(bodies):
    event = happen("comment.posted")
    bodies["comments.tasks.notify_of_comment"].error = Killed()
    for _ in range(parking.MOST_UNANSWERED + 1):
        work()
        hasten_events()
    event.refresh_from_db()
    assert event.parked_at is not None
    assert "No worker" in event.last_error


def test_retries_do_not_multiply(bodies):
    """One hand-over follows one failure, and the pauses grow."""
    event = happen("certificate.email_requested")
    bodies["certificates.tasks.email_document"].error = OSError("mail is away")
    pauses = []
    for _ in range(5):
        (taken,) = taken_tasks()
        assert taken_tasks() == []
        with suppress(OSError):
            run_task(*taken)
        event.refresh_from_db()
        pauses.append(parking.pause_after(event.failures))
        assert taken_tasks() == []
        hasten_events()
    assert pauses == sorted(set(pauses))


def test_what_waits_in_a_long_queue_is_not_sent_again():
    happen("certificate.email_requested")
    assert len(taken_tasks()) == 1
    hasten_events()
    outbox.relay_batch(lambda *_: pytest.fail("sent twice"), lambda _task: True)
    hasten_events()
    assert len(taken_tasks()) == 1


def test_a_copy_of_a_finished_task_does_nothing(bodies):
    happen("certificate.email_requested")
    (first,) = taken_tasks()
    hasten_events()
    (copy,) = taken_tasks()
    run_task(*first)
    run_task(*copy)
    assert len(bodies["certificates.tasks.email_document"].calls) == 1


def test_a_task_that_must_wait_has_not_failed(bodies):
    event = happen("import.finished")
    bodies["certificates.tasks.render_archive"].error = outbox.NotYet()
    for _ in range(parking.MOST_FAILURES_OF_JOB + 1):
        work()
        hasten_events()
    event.refresh_from_db()
    assert (event.failures, event.parked_at) == (0, None)


def test_celery_neither_retries_nor_waits():
    """A waiting task multiplies: the broker hands it out again after its visibility timeout."""
    for name, task in current_app.tasks.items():
        assert not getattr(task, "autoretry_for", ()), name
    apps = ("core", "accounts", "webhooks", "comments", "certificates", "config")
    for path in (path for app in apps for path in (ROOT / app).rglob("*.py")):
        assert not re.search(r"\b(countdown|eta)=|self\.retry\(", path.read_text()), path

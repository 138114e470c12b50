from celery import shared_task

from comments import counters, retention
from comments.actions import batches, dry_runs


@shared_task
def carry_on_batch(batch_id: int) -> None:
    batches.carry_on(batch_id=batch_id)


@shared_task
def carry_on_dry_run(dry_run_id: int) -> None:
    dry_runs.carry_on(dry_run_id=dry_run_id)


@shared_task
def reconcile_counters() -> None:
    counters.reconcile()


@shared_task
def prune_refusals() -> None:
    retention.prune_refusals()

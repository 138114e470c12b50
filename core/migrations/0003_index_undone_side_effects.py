from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from core.concurrent_indexes import AddMissingIndexConcurrently


class Migration(migrations.Migration):
    # Concurrently: the table may be large, and posting a comment inserts into it.
    atomic = False

    dependencies = [("core", "0002_side_effects_are_done")]

    operations = [
        AddMissingIndexConcurrently(
            model_name="outboxevent",
            index=models.Index(
                condition=models.Q(("done_at", None), ("parked_at", None)),
                fields=["next_try_at", "id"],
                name="outbox_undone",
            ),
        ),
        AddMissingIndexConcurrently(
            model_name="outboxevent",
            index=models.Index(
                condition=models.Q(("done_at", None), ("parked_at__isnull", False)),
                fields=["id"],
                name="outbox_parked",
            ),
        ),
        # A relay of the old version reads the table by its primary key until it is replaced.
        RemoveIndexConcurrently(model_name="outboxevent", name="outbox_waiting"),
    ]

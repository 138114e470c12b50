import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    accepted_locks = {
        "adding-field-with-default": "STATEMENT_TIMESTAMP() is stable: PostgreSQL rewrites no row.",
        "ban-drop-default": "The same transaction has added it: no client knows the column.",
        "prefer-bigint-over-smallint": "A few dozen failures at most.",
    }

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="outboxevent",
            options={"verbose_name": "background task", "verbose_name_plural": "background tasks"},
        ),
        # The default exists for the rows of this moment alone, which PostgreSQL need not rewrite:
        # what was handed over before the upgrade counts as done.
        migrations.AddField(
            model_name="outboxevent",
            name="done_at",
            field=models.DateTimeField(
                null=True, db_default=django.db.models.functions.datetime.Now()
            ),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="done_at",
            field=models.DateTimeField(null=True),
        ),
        # In the same transaction, under its lock: an event that waits must not count as done for a
        # moment. They are few, and have an index.
        migrations.RunSQL(
            "UPDATE core_outboxevent SET done_at = NULL WHERE dispatched_at IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="failures",
            field=models.SmallIntegerField(db_default=0, verbose_name="failures"),
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="last_error",
            field=models.TextField(blank=True, db_default="", verbose_name="last error"),
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="next_try_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="next try"
            ),
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="parked_at",
            field=models.DateTimeField(null=True, verbose_name="stopped"),
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="unanswered",
            field=models.SmallIntegerField(
                db_default=0, help_text="Hand-overs since a task last reported a result."
            ),
        ),
        migrations.AddField(
            model_name="outboxevent",
            name="waits_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), null=True, size=None, verbose_name="waits for"
            ),
        ),
    ]

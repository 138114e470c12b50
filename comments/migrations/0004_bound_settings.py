import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Validators and texts of forms; the table does not change."""

    dependencies = [("comments", "0003_work_that_failed")]

    operations = [
        migrations.AlterField(
            model_name="commentsettings",
            name="max_length",
            field=models.PositiveIntegerField(
                default=3000,
                validators=[django.core.validators.MaxValueValidator(20_000)],
                verbose_name="longest comment, characters",
            ),
        ),
        migrations.AlterField(
            model_name="commentsettings",
            name="reports_to_hold",
            field=models.FloatField(
                blank=True,
                default=3,
                help_text="A report weighs 1; one of an account younger than a week hides nothing. Empty: no report does.",
                null=True,
                validators=[django.core.validators.MinValueValidator(0.5)],
                verbose_name="weight of reports that hides a comment until an editor comes",
            ),
        ),
    ]

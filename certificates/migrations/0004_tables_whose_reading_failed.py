from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0003_refuse_truncate'),
    ]

    operations = [
        migrations.AlterField(
            model_name='import',
            name='problem',
            field=models.CharField(blank=True, choices=[('too_large', 'Reading it takes too much time or memory: divide it into several files.'), ('unreadable', 'Reading it failed; it may be damaged. Open it in a table editor, save it as a new file and upload that one.'), ('not_a_table', 'Save it as XLSX, ODS or CSV in your table editor and upload it again.'), ('protected', 'It has a password or an old format: save it without a password as XLSX, ODS or CSV.'), ('no_rows', 'It has no rows below the header.'), ('too_many', 'It has more than 20,000 rows: divide it into several files.'), ('unexpected', 'Something went wrong on our side. Try again; if it fails once more, write to us.'), ('stopped', 'An error on our side has stopped the issuing. What is issued stays valid: go on.'), ('not_packed', 'The documents are issued, but an error on our side kept us from packing them.')], max_length=12),
        ),
    ]

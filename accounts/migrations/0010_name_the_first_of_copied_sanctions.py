from django.db import migrations

# A copy could be copied again: the first of all has the smallest number.
_NAME_THE_FIRST = """
    WITH RECURSIVE origins (copy_id, first_id) AS (
        SELECT sanction_id, (evidence ->> 'continues')::bigint
        FROM accounts_sanctionevent WHERE evidence ->> 'continues' IS NOT NULL
        UNION
        SELECT origins.copy_id, (event.evidence ->> 'continues')::bigint
        FROM origins JOIN accounts_sanctionevent event ON event.sanction_id = origins.first_id
        WHERE event.evidence ->> 'continues' IS NOT NULL
    )
    UPDATE accounts_sanction SET copied_from_id = firsts.first_id
    FROM (SELECT copy_id, min(first_id) AS first_id FROM origins GROUP BY copy_id) firsts
    WHERE accounts_sanction.id = firsts.copy_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_lift_sanctions_with_their_copies'),
    ]

    operations = [
        migrations.RunSQL(_NAME_THE_FIRST, migrations.RunSQL.noop),
    ]

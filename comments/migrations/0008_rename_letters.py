import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0007_rename_notices'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='lettertext', name='letter_text_once'),
        migrations.RenameModel(old_name='Correspondence', new_name='EmailSettings'),
        migrations.RenameModel(old_name='LetterText', new_name='EmailText'),
        migrations.RenameModel(old_name='SanctionLetter', new_name='SanctionEmail'),
        migrations.RenameField(model_name='emailsettings', old_name='tells_restricted', new_name='emails_sanctions'),
        migrations.RenameField(model_name='emailtext', old_name='correspondence', new_name='email_settings'),
        migrations.RenameField(model_name='complaint', old_name='letter_text', new_name='email_text'),
        migrations.RenameField(model_name='complaint', old_name='letter_html', new_name='email_html'),
        migrations.AlterField(
            model_name='emailsettings',
            name='site',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='email_settings', to='core.site'),
        ),
        migrations.AddConstraint(
            model_name='emailtext',
            constraint=models.UniqueConstraint(fields=('email_settings', 'rule_code', 'jurisdiction'), name='email_text_once'),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0006_alter_bulkdecision_explanation_and_more'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='notice', name='notice_once'),
        migrations.RemoveConstraint(model_name='notice', name='notice_of_appeal_once'),
        migrations.RemoveConstraint(model_name='noticechoice', name='notice_choice_once'),
        migrations.RenameModel(old_name='Notice', new_name='Notification'),
        migrations.RenameModel(old_name='NoticeChoice', new_name='NotificationChoice'),
        migrations.AlterModelOptions(
            name='notification',
            options={'verbose_name': 'notification', 'verbose_name_plural': 'notifications'},
        ),
        migrations.AlterField(
            model_name='notification',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='notificationchoice',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notification_choices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RenameIndex(model_name='notification', old_name='notice_list', new_name='notification_list'),
        migrations.RenameIndex(model_name='notification', old_name='notice_unread', new_name='notification_unread'),
        migrations.RenameIndex(model_name='notification', old_name='notice_due', new_name='notification_due'),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('appeal', None), ('event__isnull', False), _connector='OR'), fields=('person', 'comment', 'kind', 'event'), name='notification_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('appeal',), name='notification_of_appeal_once'),
        ),
        migrations.AddConstraint(
            model_name='notificationchoice',
            constraint=models.UniqueConstraint(fields=('person', 'kind'), name='notification_choice_once'),
        ),
    ]

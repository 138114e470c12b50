from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_alter_programme_attach_document_and_more")]
    operations = [
        migrations.RenameField("certificate", "facts", "document_data"),
        migrations.RemoveConstraint("templatetrial", "template_trial_finished_when"),
        migrations.RenameModel("TemplateTrial", "RenderCheck"),
        migrations.RenameField("rendercheck", "tried", "checked"),
        migrations.RenameField("rendercheck", "asked_at", "requested_at"),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certificates", "0007_document_data_constraints")]
    operations = [migrations.RenameField("certificate", "letters_asked", "email_number")]

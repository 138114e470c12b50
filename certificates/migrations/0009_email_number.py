from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certificates", "0008_texts_of_imports")]
    operations = [migrations.RenameField("certificate", "letters_asked", "email_number")]

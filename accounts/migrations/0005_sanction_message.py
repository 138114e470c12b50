from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_ip_names")]

    operations = [migrations.RenameField("sanction", "told", "message")]

"""Waits that grow: when the next use of a key is taken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0008_audit_lookup")]
    operations = [migrations.AddField("ratecounter", "until", models.DateTimeField(null=True))]

"""Every refund names the order its money came in on. In a migration of its own: the rows were filled in the one before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_refunds")]
    operations = [
        migrations.AlterField(
            "refund",
            "attempt",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.attempt", verbose_name="attempt"),
        ),
    ]

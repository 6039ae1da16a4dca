"""Who is abroad, or has asked to be: built beside the running product."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Greatest, Least


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("applications", "0006_changes_and_cancellations")]

    operations = [
        AddIndexConcurrently(
            "application",
            models.Index(
                Least("first_day", "asked_first_day"),
                Greatest("last_day", "asked_last_day"),
                name="application_abroad",
                condition=models.Q(state__in=["awaiting_approval", "awaiting_payment", "in_force"]),
            ),
        ),
    ]

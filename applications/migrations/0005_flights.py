from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who is in the air now: built beside the running product."""

    atomic = False

    dependencies = [("applications", "0004_stops_and_contacts")]

    operations = [
        AddIndexConcurrently("stay", models.Index(fields=["starts_at"], name="stay_flights", condition=models.Q(kind="flight"))),
    ]

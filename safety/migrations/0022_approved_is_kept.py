from django.db import migrations

from ossma.core.guards import keep_approved


class Migration(migrations.Migration):
    """An approved policy never changes, whoever asks."""

    dependencies = [("safety", "0021_steps_of_policies"), ("core", "0010_lines_of_approved")]

    operations = [keep_approved("safety_escalationpolicy", lines="safety_ladderstep", column="policy_id")]

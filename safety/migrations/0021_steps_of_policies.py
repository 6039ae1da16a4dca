import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Kind and day stand with the policy. Their columns stay in the table, unused, until no older version reads them; a later migration drops them."""

    dependencies = [("safety", "0020_policies_in_force")]

    operations = [
        migrations.AlterField(
            "ladderstep",
            "policy",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="safety.escalationpolicy", verbose_name="escalation policy"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("ladderstep", "kind"), migrations.RemoveField("ladderstep", "valid_from")]
        ),
    ]

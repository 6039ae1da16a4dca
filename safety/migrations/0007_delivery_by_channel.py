from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Senders claim one channel each. Built without keeping anybody from writing."""

    atomic = False

    dependencies = [("safety", "0006_coarse_positions")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(fields=["channel", "due_at", "id"], name="delivery_waiting", condition=models.Q(state="due")),
        ),
        RemoveIndexConcurrently(model_name="delivery", name="delivery_due"),
    ]

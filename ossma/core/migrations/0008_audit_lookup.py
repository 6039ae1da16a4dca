from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KeyTransform


class Migration(migrations.Migration):
    """Two ways to find lines of the trail; the table is long and written all the time, so neither locks it."""

    atomic = False
    dependencies = [("core", "0007_japan")]
    operations = [
        AddIndexConcurrently("auditentry", models.Index(fields=["actor_user_id", "-at"], name="audit_actor")),
        AddIndexConcurrently(
            "auditentry",
            GinIndex(
                OpClass(KeyTransform("member_ids", "detail"), name="jsonb_path_ops"),
                name="audit_named",
                condition=models.Q(detail__has_key="member_ids"),
            ),
        ),
    ]

from django.db import migrations, models

CHUNK = 10_000
FILL = """
UPDATE safety_recipient SET first_answered_at = answered_at
WHERE id IN (SELECT id FROM safety_recipient WHERE first_answered_at IS NULL AND answered_at IS NOT NULL LIMIT %s)
"""


def fill(apps, schema_editor):
    """Of answers from before, the one that counts is the first we know. A few rows at a time; safe to stop and to run again."""
    with schema_editor.connection.cursor() as cursor:
        changed = CHUNK
        while changed:
            cursor.execute(FILL, [CHUNK])
            changed = cursor.rowcount


class Migration(migrations.Migration):
    """When somebody first answered. No row is locked for longer than its own change."""

    atomic = False

    dependencies = [("safety", "0009_first_ladder")]

    operations = [
        migrations.AddField(
            model_name="recipient",
            name="first_answered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="answered first"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

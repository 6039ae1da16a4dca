import json

import django.contrib.postgres.operations
from django.db import migrations, models

from safety.precision import coarse

CHUNK = 500


def fill(apps, schema_editor):
    """Answers from before get their coarse place; safe to stop and to run again."""
    answers = apps.get_model("safety", "Answer").objects.exclude(position="").filter(coarse_latitude=None)
    for answer in answers.only("pk", "position").iterator(CHUNK):
        stored = json.loads(answer.position)
        latitude, longitude = coarse(stored["lat"], stored["lon"])
        answers.filter(pk=answer.pk).update(coarse_latitude=latitude, coarse_longitude=longitude)


class Migration(migrations.Migration):
    # The index is built beside the running product.
    atomic = False

    dependencies = [
        ("safety", "0005_cases_and_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="coarse_latitude",
            field=models.FloatField(blank=True, null=True, verbose_name="latitude (about 20 km)"),
        ),
        migrations.AddField(
            model_name="answer",
            name="coarse_longitude",
            field=models.FloatField(blank=True, null=True, verbose_name="longitude (about 20 km)"),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="answer",
            index=models.Index(condition=models.Q(("position", ""), _negated=True), fields=["received_at"], name="answer_exact"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

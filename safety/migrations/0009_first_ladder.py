from django.db import migrations

from safety.defaults import FIRST_DAY, LADDER


def forwards(apps, schema_editor):
    model = apps.get_model("safety", "LadderStep")
    rows = [model(kind=kind, valid_from=FIRST_DAY, minutes=minutes, asleep_minutes=asleep, rung=rung) for kind, minutes, asleep, rung in LADDER]
    model.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    """The ladder every installation begins with. Backwards it stays: what the office has changed since is not ours to delete."""

    dependencies = [("safety", "0008_asking")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

from django.db import migrations

from safety.defaults import load_ladder


def forwards(apps, schema_editor):
    load_ladder(apps.get_model("safety", "LadderStep"))


class Migration(migrations.Migration):
    """The ladder every installation begins with. Backwards it stays: what the office has changed since is not ours to delete."""

    dependencies = [("safety", "0008_asking")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

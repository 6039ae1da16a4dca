"""Countries and cities from the project's own files. Going back leaves them: other rows may point at them."""

from django.db import migrations

from ossma.core.countries.load import load_countries


def load(apps, schema_editor):
    load_countries(apps.get_model("core", "Country"), apps.get_model("core", "City"))


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

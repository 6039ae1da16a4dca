"""Japan as a place to be, not to apply for: countries and cities are read anew. Going back leaves the row: somebody may be there."""

from django.db import migrations

from ossma.core.countries.load import load_countries


def load(apps, schema_editor):
    load_countries(apps.get_model("core", "Country"), apps.get_model("core", "City"))


class Migration(migrations.Migration):
    dependencies = [("core", "0006_returned_mail")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

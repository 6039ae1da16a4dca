"""What was quoted never changes."""

from django.db import migrations

from ossma.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_initial"), ("core", "0002_guards")]
    operations = [append_only("applications_quote")]

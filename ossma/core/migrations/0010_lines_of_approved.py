from django.db import migrations

from ossma.core.guards import refuse_line_function


class Migration(migrations.Migration):
    """What guards the lines of approved rows in every room."""

    dependencies = [("core", "0009_growing_waits")]

    operations = [refuse_line_function()]

from django.db import migrations

from ossma.core.guards import approve_what_holds


class Migration(migrations.Migration):
    """What holds today was decided by one person, before there were two."""

    dependencies = [("members", "0006_approval"), ("core", "0002_guards")]

    operations = [
        approve_what_holds("members_legaldocument", "legaldocument", "published_on"),
    ]

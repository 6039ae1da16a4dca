from django.db import migrations

from ossma.core.guards import approve_what_holds


class Migration(migrations.Migration):
    """What holds today was decided by one person, before there were two."""

    dependencies = [("applications", "0008_approval"), ("core", "0002_guards"), ("members", "0001_initial")]

    operations = [
        approve_what_holds("applications_feetable", "feetable", "valid_from"),
        approve_what_holds("applications_handlingrate", "handlingrate", "valid_from"),
        approve_what_holds("applications_cancellationtable", "cancellationtable", "valid_from"),
    ]

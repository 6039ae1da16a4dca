from django.db import migrations

from ossma.core.guards import keep_approved


class Migration(migrations.Migration):
    """A published text never changes, whoever asks (contracts.md D1)."""

    dependencies = [("members", "0007_approved_so_far"), ("core", "0010_lines_of_approved")]

    operations = [keep_approved("members_legaldocument")]

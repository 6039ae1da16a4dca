from django.db import migrations

from ossma.core.guards import keep_approved


class Migration(migrations.Migration):
    """An approved price never changes, whoever asks."""

    dependencies = [("applications", "0010_give_back_proposer"), ("core", "0010_lines_of_approved")]

    operations = [
        keep_approved("applications_feetable", lines="applications_feerow", column="table_id"),
        keep_approved("applications_cancellationtable", lines="applications_cancellationrow", column="table_id"),
        keep_approved("applications_handlingrate"),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When


class Migration(migrations.Migration):
    """Whose message came back after it was opened is called as unreachable: the order of calling and its index, built beside the running product."""

    atomic = False

    dependencies = [("safety", "0023_case_endings")]

    operations = [
        RemoveIndexConcurrently("recipient", "recipient_silence"),
        AddIndexConcurrently(
            "recipient",
            models.Index(
                models.F("check_row"),
                Case(
                    When(snoozed_at__isnull=False, then=Value(3)),
                    When(bounced_at__gt=F("opened_at"), then=Value(0)),
                    When(opened_at__isnull=False, then=Value(1)),
                    When(bounced_at__isnull=False, then=Value(0)),
                    default=Value(2),
                    output_field=models.SmallIntegerField(),
                ),
                models.F("zone"),
                name="recipient_silence",
                condition=Q(standing="silent"),
            ),
        ),
    ]

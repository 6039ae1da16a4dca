from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Case, Q, Value, When


class Migration(migrations.Migration):
    """The order in which the silent are called, and the calls for help nobody has heard: built beside the running product."""

    atomic = False

    dependencies = [("safety", "0011_figures")]

    operations = [
        AddIndexConcurrently(
            "recipient",
            models.Index(
                models.F("check_row"),
                Case(
                    When(snoozed_at__isnull=False, then=Value(3)),
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
        AddIndexConcurrently(
            "safetycase",
            models.Index(fields=["opened_at"], name="case_unheard", condition=Q(cause="help", first_contact_at=None) & ~Q(state="resolved")),
        ),
    ]

"""Who travels now, has arrived or will depart is asked by the beginning of a journey: its end says nothing of the many that lie ahead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index gives way to another."""

    dependencies = [("applications", "0012_two_ends")]

    operations = [
        migrations.RemoveIndex(model_name="stay", name="stay_transport"),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["starts_at"], name="stay_transport", condition=models.Q(("from_country__isnull", False))),
        ),
    ]

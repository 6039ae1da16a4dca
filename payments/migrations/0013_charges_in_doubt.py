"""Since when nobody can say whether a card was charged (member-portal.md M3)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_held_at_the_gateway")]
    operations = [
        migrations.AddField("attempt", "in_doubt_since", models.DateTimeField(blank=True, null=True, verbose_name="in doubt since")),
    ]

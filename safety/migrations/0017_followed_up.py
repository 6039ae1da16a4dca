from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when somebody silent is followed up. Without a default: no row is written anew."""

    dependencies = [("safety", "0016_fresh_statistics")]

    operations = [
        migrations.AddField("recipient", "followed_at", models.DateTimeField(blank=True, null=True, verbose_name="followed up since")),
    ]

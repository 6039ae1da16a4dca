from django.db import migrations, models


class Migration(migrations.Migration):
    """Which login session a device for push messages ends with. Nothing is known of those there are, until their browser comes by."""

    dependencies = [("core", "0010_lines_of_approved")]

    operations = [
        migrations.AddField("pushdevice", "session_mark", models.CharField(blank=True, max_length=32, default=""), preserve_default=False),
    ]

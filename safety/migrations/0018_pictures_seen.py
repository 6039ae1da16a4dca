from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pictures of answers are seen: the view log names what was opened. The index holds the few answers with a picture; no row is written anew."""

    atomic = False

    dependencies = [("safety", "0017_followed_up")]

    operations = [
        migrations.AddField(
            "positionlook",
            "item",
            models.CharField(
                choices=[("position", "exact position"), ("picture", "picture of an answer")],
                db_default="position",
                default="position",
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AlterField("positionlook", "reason", models.CharField(blank=True, max_length=200, verbose_name="why")),
        AddIndexConcurrently(
            "answer",
            models.Index(fields=["recipient"], name="answer_with_picture", condition=models.Q(picture__isnull=False)),
        ),
    ]

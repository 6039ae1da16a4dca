from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a default in the database: no rewrite, no lock beyond a moment. Mails written before count as nobody's but ours."""

    dependencies = [("core", "0012_returned_reasons")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="by_stranger",
            field=models.BooleanField(default=False, db_default=False, verbose_name="caused by a stranger"),
        ),
    ]

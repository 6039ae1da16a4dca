from django.db import migrations, models


class Migration(migrations.Migration):
    """One more kind of summary; nothing changes in the table."""

    dependencies = [("safety", "0014_first_templates")]

    operations = [
        migrations.AlterField(
            model_name="summary",
            name="what",
            field=models.CharField(
                choices=[("sending", "messages"), ("groups", "groups"), ("spots", "positions"), ("compared", "kept figures compared with the rows")],
                max_length=10,
                verbose_name="what",
            ),
        ),
    ]

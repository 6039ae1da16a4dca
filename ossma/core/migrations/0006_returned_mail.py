from django.db import migrations, models

import ossma.core.encrypted


class Migration(migrations.Migration):
    """What comes to the address for returned mail."""

    dependencies = [("core", "0005_push_messages")]

    operations = [
        migrations.CreateModel(
            name="ReturnedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("source", models.CharField(max_length=10, verbose_name="came by")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "understood",
                    models.CharField(
                        choices=[
                            ("failed", "a mail of ours came back"),
                            ("strange", "came back, but is none of ours"),
                            ("waiting", "delayed, still being tried"),
                            ("automatic", "an automatic answer"),
                            ("unknown", "not understood"),
                        ],
                        max_length=10,
                        verbose_name="what it is",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="what the post said")),
                ("content", ossma.core.encrypted.EncryptedTextField(blank=True, verbose_name="content")),
            ],
            options={"verbose_name": "returned mail", "verbose_name_plural": "returned mails", "ordering": ["-received_at"]},
        ),
        migrations.AddIndex(
            model_name="returnedmail",
            index=models.Index(condition=models.Q(("understood__in", ["unknown", "strange"])), fields=["received_at"], name="returned_trouble"),
        ),
    ]

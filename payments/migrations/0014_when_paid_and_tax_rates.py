"""When the payer paid by the gateway's word, and the tax rate of each line (money.md, "Receipts")."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_charges_in_doubt")]
    operations = [
        migrations.AddField("attempt", "paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
        migrations.AddField("payment", "paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
        migrations.AddField(
            "paymentline", "tax_rate", models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="tax rate")
        ),
    ]

"""One more kind of entry on the work list: an order that the gateway neither settles nor closes."""

from django.db import migrations, models

KINDS = [
    ("unknown_order", "Unknown order"),
    ("amount_differs", "Amount or currency disagrees"),
    ("not_payable", "Money for a cancelled or lapsed payment"),
    ("paid_twice", "Money for a payment that is settled already"),
    ("shop_differs", "Notice from another shop"),
    ("refunded_outside", "Given back at the gateway without us"),
    ("unanswered", "Notice that could not be applied"),
    ("refund_failed", "Refund that the gateway did not make"),
    ("stuck", "Order that the gateway neither settles nor closes"),
]


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_when_paid_and_tax_rates")]

    operations = [migrations.AlterField("trouble", "kind", models.CharField(choices=KINDS, max_length=16, verbose_name="kind"))]

"""Disputes of charges, and the gateway's own name for a payment, by which they are found.

Orders of before get theirs when they are asked about next; nothing is guessed.
"""

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
    ("disputed", "Charge that the payer disputes"),
]
LINES = [
    ("money_in", "Money received"),
    ("refund", "Refund"),
    ("assigned_out", "Booked over to another payment"),
    ("assigned_in", "Booked over from another payment"),
    ("charged_back", "Charge-back"),
    ("reinstated", "Charge-back reversed"),
]
INTENT = models.CharField(blank=True, db_default="", default="", max_length=100, verbose_name="payment at the gateway")
PAID = models.Index(condition=models.Q(("state__in", ("paid", "refunded"))), fields=["asked_at"], name="attempt_paid")
BY_INTENT = models.Index(condition=models.Q(("intent", ""), _negated=True), fields=["intent"], name="attempt_intent")


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_transfer_files")]

    operations = [
        migrations.AddField("attempt", "intent", INTENT),
        migrations.AddIndex("attempt", PAID),
        migrations.AddIndex("attempt", BY_INTENT),
        migrations.AlterField("trouble", "kind", models.CharField(choices=KINDS, max_length=16, verbose_name="kind")),
        migrations.AlterField("ledgerline", "kind", models.CharField(choices=LINES, max_length=12, verbose_name="kind")),
    ]

"""The ledger and the record of state changes can only grow; a notice keeps its raw body."""

from django.db import migrations

from ossma.core.guards import append_only, keep_columns


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("core", "0002_guards")]
    operations = [
        append_only("payments_ledgerline"),
        append_only("payments_paymentmove"),
        append_only("payments_paymentline"),
        keep_columns("payments_gatewaynotice", ["gateway", "received_at", "body", "digest", "order_id"]),
        keep_columns("payments_payment", ["member_id", "purpose", "subject_kind", "subject_id", "total", "created_at"]),
    ]

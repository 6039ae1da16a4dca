from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The notices of one order: built beside the running product."""

    atomic = False

    dependencies = [("payments", "0009_money_booked_over_and_accounts_changed")]

    operations = [AddIndexConcurrently("gatewaynotice", models.Index(fields=["order_id"], name="notice_order"))]

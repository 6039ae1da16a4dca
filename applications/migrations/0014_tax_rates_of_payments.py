"""The tax rate of what was owed before rates were kept: that of the fee table by which it was quoted. Others stay without one."""

from django.db import migrations

FEES = """
UPDATE payments_paymentline AS line SET tax_rate = fees.tax_rate
FROM payments_payment AS payment
JOIN LATERAL (
    SELECT quote.table_id FROM applications_quote AS quote WHERE quote.application_id = payment.subject_id ORDER BY quote.made_at, quote.id LIMIT 1
) AS quoted ON true
JOIN applications_feetable AS fees ON fees.id = quoted.table_id
WHERE line.payment_id = payment.id AND payment.subject_kind = 'application' AND line.tax_rate IS NULL;
"""
DIFFERENCES = """
UPDATE payments_paymentline AS line SET tax_rate = fees.tax_rate
FROM payments_payment AS payment
JOIN applications_periodchange AS change ON change.id = payment.subject_id
JOIN applications_quote AS quote ON quote.id = change.quote_id
JOIN applications_feetable AS fees ON fees.id = quote.table_id
WHERE line.payment_id = payment.id AND payment.subject_kind = 'period_change' AND line.tax_rate IS NULL;
"""
# Lines can only grow; this once a fact is added to them.
OPEN, SHUT = ("ALTER TABLE payments_paymentline %s TRIGGER USER;" % word for word in ("DISABLE", "ENABLE"))


class Migration(migrations.Migration):
    dependencies = [("applications", "0013_transport_by_start"), ("payments", "0014_when_paid_and_tax_rates")]
    operations = [migrations.RunSQL(OPEN + FEES + DIFFERENCES + SHUT, migrations.RunSQL.noop)]

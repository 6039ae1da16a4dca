"""What the gateway holds, as it said last; and paid out never passes paid in (money.md, "Payment")."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION payments_refuse_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two that pay out of one order at once wait for each other here.
    PERFORM 1 FROM payments_attempt WHERE id = NEW.attempt_id FOR UPDATE;
    IF (SELECT sum(amount) FROM payments_ledgerline WHERE attempt_id = NEW.attempt_id) < 0 THEN
        RAISE EXCEPTION 'more is paid out of an order than came in' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_ledgerline_no_overdraft AFTER INSERT ON payments_ledgerline
    FOR EACH ROW WHEN (NEW.amount < 0) EXECUTE FUNCTION payments_refuse_overdraft();
"""
UNDO = "DROP TRIGGER payments_ledgerline_no_overdraft ON payments_ledgerline; DROP FUNCTION payments_refuse_overdraft();"


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_refund_proposer")]
    operations = [
        migrations.AddField("attempt", "held_there", models.PositiveIntegerField(blank=True, null=True, verbose_name="held at the gateway (yen)")),
        migrations.RunSQL(GUARD, UNDO),
    ]

from django.db import migrations

# A crowd answers within minutes: the planner must not believe for long that nobody has.
FRESH = "ALTER TABLE safety_recipient SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 1000)"
USUAL = "ALTER TABLE safety_recipient RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold)"


class Migration(migrations.Migration):
    """The planner's figures of recipients are counted anew after every fiftieth that has changed."""

    dependencies = [("safety", "0015_summaries_of_the_map")]

    operations = [migrations.RunSQL(FRESH, USUAL)]

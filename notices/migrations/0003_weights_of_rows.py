"""What is already stored: its weight by kind and level, and how far the feed of new arrivals had come.

Nothing is guessed.

Until now one feed only was read, and every good run names the time of its file. What the ministry took back earlier
cannot be known any more.
"""

from django.db import migrations

WEIGHTS = """
UPDATE notices_advisory SET weight = CASE
    WHEN info_type IN ('R20', 'T41', 'T81') OR 3 <= ANY(risk_levels || infection_levels) THEN 3
    WHEN info_type IN ('T40', 'C30', 'C31') OR cardinality(risk_levels || infection_levels) > 0 THEN 2
    ELSE 1 END
"""
STATES = """
INSERT INTO notices_feedstate (name, newest_time, read_at)
SELECT '02', LEAST(r.feed_time, r.started_at), r.started_at FROM notices_feedrun r
WHERE r.ok AND r.feed_time IS NOT NULL ORDER BY r.feed_time DESC, r.started_at LIMIT 1
"""


class Migration(migrations.Migration):
    """Going back only drops the columns."""

    dependencies = [("notices", "0002_feed_state_and_weights")]

    operations = [
        migrations.RunSQL(WEIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(STATES, migrations.RunSQL.noop),
    ]

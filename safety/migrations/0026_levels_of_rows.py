"""The level an advisory had when a check was drafted or a rule decided, where that is certain: the advisory has not changed since.

Where it has, the level stays empty: nobody can tell any more what it was.
"""

from django.db import migrations

LEVEL = "(SELECT COALESCE(max(one), 0) FROM unnest(a.risk_levels || a.infection_levels) AS one)"
DECISIONS = f"UPDATE safety_ruledecision d SET level = {LEVEL} FROM notices_advisory a WHERE a.id = d.advisory_id AND a.version = d.version"
CHECKS = f"UPDATE safety_safetycheck c SET advisory_level = {LEVEL} FROM notices_advisory a WHERE a.id = c.advisory_id AND a.version = 1"


class Migration(migrations.Migration):
    """Going back only drops the columns."""

    dependencies = [("safety", "0025_levels_of_drafts")]

    operations = [
        migrations.RunSQL(DECISIONS, migrations.RunSQL.noop),
        migrations.RunSQL(CHECKS, migrations.RunSQL.noop),
    ]

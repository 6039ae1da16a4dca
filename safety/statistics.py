"""Telling PostgreSQL's planner of a crowd that has just come in."""

from django.db import connection

# Below this the planner's guesses do no harm.
CROWD = 500


def tell_planner(table: str, *, rows: int) -> None:
    """Count a table anew after `rows` came in at once: until then the planner takes the new check for empty, and the dashboard of
    10,000 people takes seconds in the very minute it is opened. Another count under way is not waited for.
    """
    if rows >= CROWD:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(table)}")

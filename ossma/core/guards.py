"""SQL for tables that may only grow: the database refuses what the code must not do (architecture.md, "Habits")."""

from django.db.migrations import RunSQL

REFUSE = """
CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can be added, not changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def refuse_function() -> RunSQL:
    """The trigger function that all guards share."""
    return RunSQL(REFUSE, "DROP FUNCTION core_refuse_change()")


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`. The retention command lifts the guard for itself, on record."""
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();",
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


def keep_columns(table: str, columns: list[str]) -> RunSQL:
    """Refuse DELETE, and UPDATE of these columns; the others (a replaced-at time, say) may change."""
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return RunSQL(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION core_refuse_change();"
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION core_refuse_change();",
        f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_no_delete ON {table};",
    )

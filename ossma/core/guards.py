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


REFUSE_LINE = """
CREATE OR REPLACE FUNCTION core_refuse_line_of_approved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line jsonb; is_approved boolean;
BEGIN
    FOREACH line IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        EXECUTE format('SELECT approved_at IS NOT NULL FROM %I WHERE id = $1', TG_ARGV[0]) INTO is_approved USING (line ->> TG_ARGV[1])::bigint;
        IF is_approved THEN
            RAISE EXCEPTION 'lines of an approved row of % stay as they are', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""


def refuse_line_function() -> RunSQL:
    """The trigger function for lines of approved rows."""
    return RunSQL(REFUSE_LINE, "DROP FUNCTION core_refuse_line_of_approved()")


def keep_approved(table: str, *, lines: str = "", column: str = "") -> RunSQL:
    """Refuse UPDATE and DELETE of approved rows, and any change of their lines in the table `lines`, which name them in `column`."""
    sql = (
        f"CREATE TRIGGER {table}_approved BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL)"
        " EXECUTE FUNCTION core_refuse_change();"
    )
    undo = f"DROP TRIGGER {table}_approved ON {table};"
    if lines:
        sql += (
            f"CREATE TRIGGER {lines}_approved BEFORE INSERT OR UPDATE OR DELETE ON {lines} FOR EACH ROW"
            f" EXECUTE FUNCTION core_refuse_line_of_approved('{table}', '{column}');"
        )
        undo += f"DROP TRIGGER {lines}_approved ON {lines};"
    return RunSQL(sql, undo)


def approve_what_holds(table: str, kind: str, day: str) -> RunSQL:
    """For the migration that brings approval to a table: what holds by its `day` column counts as approved, nobody on record.

    What begins later waits for a second person; its writers come from the audit trail's lines on that `kind`. Backwards nothing is done.
    """
    # The names are our own, from migrations. Japan's clock is nine hours ahead all year: no need of the server's table of zones.
    return RunSQL(
        f"UPDATE {table} SET approved_at = now() WHERE {day} <= ((now() AT TIME ZONE 'UTC') + interval '9 hours')::date;"  # noqa: S608
        f"UPDATE {table} AS one SET writers = known.writers, proposed_by_id = known.newest, proposed_at = known.at FROM ("
        "SELECT subject_id, array_agg(DISTINCT actor_user_id) AS writers, (array_agg(actor_user_id ORDER BY at DESC))[1] AS newest, max(at) AS at"
        f" FROM core_auditentry JOIN members_user ON members_user.id = actor_user_id WHERE action = '{kind}.saved' GROUP BY subject_id"
        ") AS known WHERE one.approved_at IS NULL AND known.subject_id = one.id::text;",
        RunSQL.noop,
    )

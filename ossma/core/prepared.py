"""Statements whose plan the database keeps: for the few that a whole crowd runs within minutes.

Django has psycopg write the values into the text, so that PostgreSQL reads and plans every statement anew. For a statement that touches
six tables this takes longer than running it.
"""

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Prepared(psycopg.Cursor):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> "_Prepared":
        """Prepared at the first time, kept with the connection."""
        return super().execute(query, params, prepare=True)


def run_prepared(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement that returns rows. A part of the transaction under way, else a transaction of its own."""
    connection.ensure_connection()
    link = cast(psycopg.Connection, connection.connection)
    # Django's None forbids preparing at all; its own cursors never do, whatever stands here.
    link.prepare_threshold = 0
    # Django's stubs want its own wrapper here; what it wraps is a cursor of psycopg.
    raw: Any = _Prepared(link)
    cursor: CursorWrapper = connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw)
    with cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()

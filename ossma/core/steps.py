"""Marking how far a claim's holder has come: one commit per message, and nobody waits for the disk while there is something else to do."""

from datetime import datetime
from select import select

from django.db import OperationalError, connection
from psycopg.pq import ExecStatus

from ossma.core.claiming import Claim

# In one statement: tick off the message that the server has just taken ($1) and mark the next as begun ($2).
STEP = """
PREPARE {name} (bigint, bigint, timestamptz, uuid) AS
UPDATE {table} SET
    state = CASE WHEN id = $1 THEN 'sent' ELSE state END,
    ended_at = CASE WHEN id = $1 THEN $3 ELSE ended_at END,
    repeats = CASE WHEN id = $2 AND begun_at IS NOT NULL THEN repeats + 1 ELSE repeats END,
    begun_at = CASE WHEN id = $2 THEN $3 ELSE begun_at END
WHERE id IN ($1, $2) AND lease_key = $4 AND state = 'due'
"""


class Steps:
    """The progress of one claim. `start` sends a step to the database, `settled` waits for its commit; between the two others may be talked to.

    It speaks to the database directly: Django waits for every answer, and the wait for the disk is as long as half a talk with a mail server.
    """

    def __init__(self, held: Claim) -> None:
        self._key = held.key.hex.encode()
        self._name = _prepared(held.model._meta.db_table)
        self._wire = connection.connection.pgconn
        self._expected = 0
        self._held = True

    def start(self, *, done: int | None, begin: int | None, at: datetime) -> None:
        """Send a step, once the one before it is settled."""
        self.settled()
        self._expected = sum(pk is not None for pk in (done, begin))
        if self._expected:
            values = [str(done or 0).encode(), str(begin or 0).encode(), at.isoformat().encode(), self._key]
            with connection.wrap_database_errors:
                self._wire.send_query_prepared(self._name, values)
                self._wire.flush()

    def settled(self) -> bool:
        """Whether all steps so far are committed. False when the lease was lost: the caller must stop, the rows are somebody else's."""
        expected, self._expected = self._expected, 0
        if expected:
            self._held = self._changed() == expected and self._held
        return self._held

    def _changed(self) -> int:
        """Wait for the answer: the number of rows. All of it is read, so that the connection is free for the next."""
        rows, error = 0, ""
        with connection.wrap_database_errors:
            while True:
                while self._wire.is_busy():
                    select([self._wire.socket], [], [])
                    self._wire.consume_input()
                result = self._wire.get_result()
                if result is None:
                    break
                if result.status == ExecStatus.COMMAND_OK:
                    rows = result.command_tuples or 0
                else:
                    error = result.get_error_message()
        if error:
            raise OperationalError(error)
        return rows


def _prepared(table: str) -> bytes:
    """The name of the statement for this table, known to this thread's connection from now on.

    The database is asked each time, once a chunk: psycopg throws away all statements of a connection after a rollback (DEALLOCATE ALL).
    """
    name = f"ossma_step_{table}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(STEP.format(name=name, table=connection.ops.quote_name(table)))
    return name.encode()

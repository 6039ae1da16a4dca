"""The gateway's clock, which can be put forward: to see a term run out nobody has to wait for it."""

import time

from payments.sandbox.store import Store


class Clock:
    """Seconds since 1970, ahead of the machine's by what was pressed on the control page. Survives a power cut."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.transaction() as db:
            row = db.execute("SELECT seconds FROM ahead").fetchone()
        self.ahead = float(row["seconds"]) if row else 0.0

    def __call__(self) -> float:
        """Now, as the gateway sees it."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Put it forward, never back."""
        self.ahead += max(seconds, 0)
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO ahead VALUES (1, ?)", (self.ahead,))

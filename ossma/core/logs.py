"""What a log may carry, and how: no keys (quality.md, "Security and privacy"), UTC, and lines that nobody outside can forge."""

import logging
import re
import time

# Tokens, order ids and cursors; names of pages are shorter.
TOKEN = re.compile(r"(?<=/)[^/\s?]{22,}|(?<=\?)\S+")
# Line breaks of every kind and whatever else moves a terminal's cursor.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class HideTokens(logging.Filter):
    """Shortens tokens and queries in the addresses that Django names in its warnings."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; its text is made harmless first."""
        if isinstance(record.args, tuple):
            record.args = tuple(TOKEN.sub("…", one) if isinstance(one, str) else one for one in record.args)
        return True


class OneLine(logging.Formatter):
    """`2026-11-21T03:00:00.000Z WARNING name message`: one line for each record, however long; a traceback follows it indented."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Control characters are written out (`\\x0a`), so that no message can look like two."""
        record.message = CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", record.message)
        return super().formatMessage(record)

    def formatException(self, ei) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        """An exception's own text may have lines, too: none of them begins like a record."""
        return "\n".join(f"  {line}" for line in super().formatException(ei).splitlines())

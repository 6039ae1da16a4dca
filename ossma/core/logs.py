"""What a log may not carry (quality.md, "Security and privacy"): a signed link in a log is a key that lies about."""

import logging
import re

# Tokens, order ids and cursors; names of pages are shorter.
TOKEN = re.compile(r"(?<=/)[^/\s?]{22,}|(?<=\?)\S+")


class HideTokens(logging.Filter):
    """Shortens tokens and queries in the addresses that Django names in its warnings."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; its text is made harmless first."""
        if isinstance(record.args, tuple):
            record.args = tuple(TOKEN.sub("…", one) if isinstance(one, str) else one for one in record.args)
        return True

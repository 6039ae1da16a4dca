"""Writes down what would have been sent: for demos, tests, and the weeks before a contract with a carrier."""

import json
from dataclasses import asdict

from django.conf import settings

from safety.channels.phones.base import Call


class Recorded:
    """One line of JSON per message in `var/phones.jsonl`."""

    def place(self, call: Call) -> None:
        """Append; one write, so that two workers do not mix their lines."""
        with (settings.VAR / "phones.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(call), ensure_ascii=False) + "\n")

"""One time-zone database for every process: the package `tzdata` that uv.lock pins, never the files of the machine.

The system's zoneinfo directory comes first by default and is as old as the machine's last update.
"""

import os
import zoneinfo


def pin() -> None:
    """Let `zoneinfo` read the package only, here and in every process that is started from here. Before anything else asks for a zone."""
    os.environ["PYTHONTZPATH"] = ""
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()

"""Seconds from "cancelled" to "closed at the gateway": `python -m benchmarks.closing --tries 50 --var var` beside a running demo."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ossma.local.demo_env import read


def main() -> None:
    """Read the options, and try in the demo's environment."""
    options = argparse.ArgumentParser(prog="benchmarks.closing", description=__doc__)
    options.add_argument("--tries", type=int, default=50)
    options.add_argument("--var", type=Path, default=Path("var"), help="the demo's OSSMA_VAR")
    chosen = options.parse_args()
    environment = {**os.environ, **read(chosen.var / "demo.env"), "DJANGO_SETTINGS_MODULE": "ossma.settings"}
    done = subprocess.run([sys.executable, "-m", "benchmarks.closing.tries", str(chosen.tries)], env=environment, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

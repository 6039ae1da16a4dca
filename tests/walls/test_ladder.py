"""Rooms import downwards only."""

import subprocess
import sys
from pathlib import Path

from tests.walls.house import BASE


def test_no_room_imports_a_room_above_it_or_beside_it():
    linter = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run([linter, "--no-cache"], cwd=BASE, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr

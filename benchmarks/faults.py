"""The kill tests at full size: `python -m benchmarks.faults --people 100000 --kill worker|scheduler|broker|web|database|emptied|all`.

A whole system in a fresh folder, asked to send a check to everybody, broken at a random moment of it. Nothing is done by hand after that. One
line per fault; exit code 1 when somebody got nothing or an uncounted repeat.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from ossma.local.breaking import EMPTIED, PARTS, Verdict, endure
from ossma.local.trial import trial

HEAD = ("killed", "recipients", "got it", "doubles", "counted", "seconds", "mails/s", "verdict")
# A system of a hundred thousand is looked at less often than one of some hundreds: looking costs what the senders need.
LOOK_SECONDS = 0.5
PATIENCE_PER_MAIL = 0.02
LEAST_PATIENCE = 300.0


def line(what: str, verdict: Verdict) -> str:
    """One row of the table."""
    rate = verdict.recipients / verdict.seconds
    cells = (
        what, f"{verdict.recipients:,}", f"{verdict.distinct:,}", str(verdict.doubles), str(verdict.counted), f"{verdict.seconds:.0f}",
        f"{rate:.0f}", "holds" if verdict.holds else "BROKEN",
    )  # fmt: skip
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths(), strict=True)).rstrip()


def widths() -> list[int]:
    """How wide each column is."""
    return [max(len(name), 16 if number == 0 else 9) for number, name in enumerate(HEAD)]


def main() -> None:
    """Break, wait, count."""
    options = argparse.ArgumentParser(prog="benchmarks.faults", description=__doc__)
    options.add_argument("--people", type=int, default=2000)
    options.add_argument("--kill", choices=[*PARTS, "emptied", "together", "nothing", "all"], default="all")
    chosen = options.parse_args()
    # Stopped from outside, it takes its system along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    one = {"emptied": (EMPTIED,), "together": PARTS, "nothing": ()}
    kinds: list[tuple[str, ...]] = [one.get(chosen.kill, (chosen.kill,))]
    if chosen.kill == "all":
        kinds = [(), *((part,) for part in PARTS), (EMPTIED,), PARTS]
    patience = max(LEAST_PATIENCE, chosen.people * PATIENCE_PER_MAIL)
    good = True
    print("  ".join(name.ljust(width) for name, width in zip(HEAD, widths(), strict=True)).rstrip(), flush=True)
    with tempfile.TemporaryDirectory() as folder, trial(Path(folder)) as system:
        for faults in tqdm(kinds, desc="faults", unit="", disable=not sys.stderr.isatty()):
            verdict = endure(system, faults, people=chosen.people, patience=patience, look=LOOK_SECONDS, wait_leases=True)
            good = good and verdict.holds
            name = "everything" if len(faults) > 1 else faults[0] if faults else "nothing"
            print(line(name, verdict), flush=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

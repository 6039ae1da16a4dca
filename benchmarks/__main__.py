"""The figures of quality.md: `python -m benchmarks [--people 100000] [--only freeze,mail]`. Each row beside its baseline of the same run, and how it
grows tenfold by tenfold; nothing fails for a time.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from benchmarks import safety_answer, safety_dashboard, safety_freeze, safety_mail, safety_press, safety_push
from benchmarks.crowd import make_crowd
from benchmarks.safety_check import queued
from benchmarks.table import Row, growth, show

SIZES = (10_000, 100_000, 1_000_000)
SCHOOLS = 3000
# One of them has three tenths of everybody.
TENTHS = 3
# A sample is enough for what is done one by one; it is taken from a table of the full size.
MAILS, PUSHES, ANSWERS = 8_000, 8_000, 2_000
Environment = dict[str, str]


@contextmanager
def throw_away_database() -> Iterator[Environment]:
    """A database of the benchmarks' own, and the environment that leads other processes to it."""
    own = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    url = urlsplit(os.environ["DATABASE_URL"])
    try:
        yield {**os.environ, "DATABASE_URL": url._replace(path=f"/{name}").geturl()}
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


def mail(people: int, environment: Environment) -> Iterator[Row]:
    """A check is queued to everybody; some of its messages are sent."""
    queued(people)
    yield from safety_mail.measure(min(people // len(safety_mail.LANES), MAILS), environment=environment)


PARTS: dict[str, Callable[[int, Environment], Iterator[Row]]] = {
    "freeze": lambda people, _environment: safety_freeze.measure(people),
    "mail": mail,
    "answer": lambda people, _environment: iter(safety_answer.measure(people, min(people, ANSWERS))),
    "press": safety_press.measure,
    "dashboard": lambda people, _environment: iter(safety_dashboard.measure(people)),
    "push": lambda people, environment: safety_push.measure(people, min(people, PUSHES), environment=environment),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000, help="the largest size; 1000000 takes the better part of an hour")
    parser.add_argument("--only", default="", help="some parts, with commas: " + ", ".join(PARTS))
    chosen = parser.parse_args()
    parts = [name for name in PARTS if name in (chosen.only or ",".join(PARTS)).split(",")]
    sizes = [size for size in SIZES if size <= chosen.people] or [chosen.people // 400 * 400]
    tables: dict[int, list[Row]] = {}
    with tqdm(total=len(sizes) * len(parts), desc="figures", unit="part", disable=not sys.stderr.isatty()) as bar:
        for size in sizes:
            with throw_away_database() as environment:
                make_crowd(size, at=timezone.now(), schools=min(SCHOOLS, size // 10), tenths=TENTHS)
                for name in parts:
                    tables.setdefault(size, []).extend(PARTS[name](size, environment))
                    bar.update()
            print(f"\n{size:,} people\n{show(tables[size])}", flush=True)
    if len(sizes) > 1:
        print(f"\ngrowth\n{growth(tables)}")


if __name__ == "__main__":
    main()

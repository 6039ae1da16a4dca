"""The figures of quality.md: `python -m benchmarks [--people 10000]`. One table, each row beside its baseline; nothing fails for a time."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from benchmarks import safety_answer, safety_freeze, safety_mail
from benchmarks.crowd import make_crowd
from benchmarks.safety_check import queued
from benchmarks.table import Row, show


@contextmanager
def throw_away_database() -> Iterator[dict[str, str]]:
    """A database of the benchmarks' own, and the environment that leads other processes to it."""
    own = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    url = urlsplit(os.environ["DATABASE_URL"])
    try:
        yield {**os.environ, "DATABASE_URL": url._replace(path=f"/{name}").geturl()}
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


def measure(people: int, environment: dict[str, str]) -> Iterator[Row]:
    """All rows, as they come."""
    make_crowd(people, at=timezone.now())
    yield safety_freeze.measure(people)
    for processes in (1, 4):
        queued(people)
        yield safety_mail.measure(people, processes=processes, environment=environment)
    yield from safety_answer.measure(min(people, 2000))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="how many members are abroad")
    people = parser.parse_args().people // 400 * 400
    with throw_away_database() as environment:
        rows = list(tqdm(measure(people, environment), desc="figures", unit="", disable=not sys.stderr.isatty()))
    print(show(rows))


if __name__ == "__main__":
    main()

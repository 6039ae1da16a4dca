import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from ossma.local.ledger import MARK, alive, boot, end_leftovers, leftovers, record, stat


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "demo.children"


@pytest.fixture
def process() -> Iterator["Popen[bytes]"]:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as started:
        yield started
        started.kill()


def started_at(pid: int) -> str:
    now = stat(pid)
    assert now is not None
    return now[2]


def test_a_recorded_child_of_an_earlier_run_is_ended(ledger: Path, process: "Popen[bytes]") -> None:
    record(ledger, process.pid)
    assert end_leftovers(ledger) == 1
    assert not alive(process.pid)
    assert not ledger.exists()


def test_a_number_that_another_process_has_now_is_left_alone(ledger: Path, process: "Popen[bytes]") -> None:
    ledger.write_text(f"{boot()} {process.pid} {int(started_at(process.pid)) - 1} 15\n")
    assert end_leftovers(ledger) == 0
    assert alive(process.pid)


def test_numbers_written_before_the_machine_started_anew_mean_nothing(ledger: Path, process: "Popen[bytes]") -> None:
    ledger.write_text(f"another-boot {process.pid} {started_at(process.pid)} 15\n")
    assert not leftovers(ledger)


def test_children_of_a_dead_leader_are_ours_only_with_the_mark(ledger: Path) -> None:
    command, env = ["sh", "-c", "sleep 600 & echo $!"], {**os.environ, MARK: str(ledger.resolve())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, env=env) as ours:
        assert ours.stdout is not None
        marked = int(ours.stdout.readline())
        ledger.write_text(f"{boot()} {ours.pid} 1 15\n")
        assert list(leftovers(ledger)) == [marked]
        with ledger.with_name("demo.other").open("w") as other:
            other.write(ledger.read_text())
        assert not leftovers(ledger.with_name("demo.other"))
        end_leftovers(ledger)


def test_a_torn_line_of_a_killed_runner_does_no_harm(ledger: Path, process: "Popen[bytes]") -> None:
    record(ledger, process.pid)
    with ledger.open("a") as file:
        file.write(f"{boot()} 99")
    assert list(leftovers(ledger)) == [process.pid]

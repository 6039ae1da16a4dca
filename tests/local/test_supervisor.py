import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ossma.local.ledger import alive
from ossma.local.processes import wait_until
from ossma.local.supervisor import Part, Supervisor

# A part with a child of its own, both deaf to a friendly SIGTERM; each writes its number down.
STUBBORN = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >>{0}; while :; do read line </dev/zero; done' & echo $$ >>{0}; wait; wait"
RUNNER = """
import os, sys, time
from pathlib import Path
from ossma.local.supervisor import Part, Supervisor
supervisor = Supervisor(Path(sys.argv[1]), dict(os.environ))
supervisor.open()
supervisor.start(Part("stubborn", lambda: ["sh", "-c", sys.argv[2]]))
while True:
    supervisor.tend()
    time.sleep(0.05)
"""


def numbers(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def sleeper(name: str = "sleeper") -> Part:
    return Part(name, lambda: ["sleep", "600"])


def stubborn(file: Path) -> Part:
    return Part("stubborn", lambda: ["sh", "-c", STUBBORN.format(file)])


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr("ossma.local.supervisor.STOP_SECONDS", 0.5)
    made = Supervisor(tmp_path, dict(os.environ))
    made.open()
    yield made
    made.close()


def test_a_part_killed_with_9_is_started_again(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor.start(sleeper())
    first = supervisor.running[0].child
    first.kill()

    def replaced() -> bool:
        supervisor.tend()
        return supervisor.running[0].child is not first

    wait_until(replaced, "the second start")
    assert alive(supervisor.running[0].child.pid)
    assert "sleeper ended (killed by SIGKILL)" in capsys.readouterr().out


def test_a_part_that_dies_at_once_is_tried_ever_more_slowly(supervisor: Supervisor) -> None:
    supervisor.start(Part("broken", lambda: ["false"]))
    running = supervisor.running[0]

    def failed_three_times() -> bool:
        supervisor.tend()
        return running.failures == 3

    wait_until(failed_three_times, "three failures")
    assert running.again_at is not None
    assert running.again_at - running.since >= 2.0


def test_what_a_dead_part_had_started_goes_before_its_restart(supervisor: Supervisor, tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    supervisor.start(stubborn(file))
    wait_until(lambda: len(numbers(file)) == 2, "both processes")
    first = numbers(file)
    supervisor.running[0].child.kill()

    def started_again() -> bool:
        supervisor.tend()
        return len(numbers(file)) == 4

    wait_until(started_again, "the second start")
    assert not any(alive(pid) for pid in first)


def test_the_end_leaves_nothing_of_deaf_parts_and_their_children(supervisor: Supervisor, tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    supervisor.start(stubborn(file))
    wait_until(lambda: len(numbers(file)) == 2, "both processes")
    supervisor.close()
    wait_until(lambda: not any(alive(pid) for pid in numbers(file)), "the end of both")


def test_a_runner_killed_with_9_takes_everything_with_it(tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    with subprocess.Popen([sys.executable, "-c", RUNNER, tmp_path, STUBBORN.format(file)]) as runner:
        wait_until(lambda: len(numbers(file)) == 2, "both processes", alive=lambda: runner.poll() is None)
        runner.send_signal(signal.SIGKILL)
        wait_until(lambda: not any(alive(pid) for pid in numbers(file)), "the end of both")


def test_a_killed_watchdog_is_replaced(supervisor: Supervisor) -> None:
    first = supervisor.watchdog
    assert first is not None
    first.kill()

    def replaced() -> bool:
        supervisor.tend()
        return supervisor.watchdog is not first

    wait_until(replaced, "a second watchdog")


def test_a_part_that_is_never_ready_names_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(RuntimeError, match=r"broken ended before it was ready; see .*broken\.log"):
        supervisor.start(Part("broken", lambda: ["false"], ready=lambda: False))

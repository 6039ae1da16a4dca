import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ossma.local.processes import wait_until
from ossma.local.run_with_servers import HOME

TELL = "import json, os; print(json.dumps(dict(os.environ)))"


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | changes


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    wrapped = [sys.executable, "-m", "ossma.local.run_with_servers", "--", *command]
    return subprocess.run(wrapped, env=environment(**changes), capture_output=True, text=True, check=False)


def test_the_exit_code_of_the_command_is_passed_on() -> None:
    assert run("sh", "-c", "exit 7").returncode == 7


def test_the_command_finds_servers_that_are_gone_afterwards() -> None:
    connect = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close()"
    url = json.loads(run(sys.executable, "-c", f"{connect}; {TELL}").stdout)["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_servers_that_are_given_are_used_and_none_is_started() -> None:
    given = {"DATABASE_URL": "postgres://elsewhere/ossma", "REDIS_URL": "redis://elsewhere/1"}
    seen = json.loads(run(sys.executable, "-c", TELL, **given).stdout)
    assert {name: seen[name] for name in given} == given
    assert not list(Path(seen["OSSMA_VAR"]).parent.glob(f"{Path(seen['OSSMA_VAR']).name}/postgres*"))


def test_a_run_ended_by_sigterm_leaves_neither_servers_nor_folder() -> None:
    wrapped = [sys.executable, "-m", "ossma.local.run_with_servers", "--", "sh", "-c", "echo up; exec sleep 600"]
    with subprocess.Popen(wrapped, env=environment(), stdout=subprocess.PIPE) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == b"up\n"
        runner.send_signal(signal.SIGTERM)
        wait_until(lambda: runner.poll() is not None, "the end")
        assert not (HOME / str(runner.pid)).exists()


def test_the_database_waits_for_the_disk_when_it_is_asked_to():
    ask = "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('SHOW fsync').fetchone()[0])"
    wrapped = [sys.executable, "-m", "ossma.local.run_with_servers", "--durable", "--", sys.executable, "-c", ask]
    assert subprocess.run(wrapped, env=environment(), capture_output=True, text=True, check=True).stdout.strip() == "on"
    assert run(sys.executable, "-c", ask).stdout.strip() == "off"

import os
import signal
from pathlib import Path

import psycopg
import pytest

from ossma.local.postgres import Postgres
from ossma.local.reach import data_folder
from ossma.local.run_with_servers import free_ports
from tests.local.tools import StartServer


@pytest.fixture
def database(var: Path) -> Postgres:
    return Postgres(var, free_ports(1)[0])


def rows(database: Postgres) -> int:
    with psycopg.connect(database.url("aoba")) as connection:
        counted = connection.execute("SELECT count(*) FROM stays").fetchone()
    assert counted is not None
    return int(counted[0])


def test_rows_survive_a_kill_9_of_the_server(database: Postgres, up: StartServer) -> None:
    child = up(database)
    database.create_database("aoba")
    with psycopg.connect(database.url("aoba")) as connection:
        connection.execute("CREATE TABLE stays AS SELECT generate_series(1, 300)")
    child.send_signal(signal.SIGKILL)
    child.wait()
    up(database)
    assert rows(database) == 300


def test_a_lock_file_with_the_number_of_a_living_stranger_does_not_block_the_start(database: Postgres, var: Path, up: StartServer) -> None:
    child = up(database)
    child.send_signal(signal.SIGINT)
    child.wait()
    lock = data_folder(database.account, var, "postgres") / "cluster" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n")
    if database.account is not None:
        os.chown(lock, database.account, database.account)
    up(database)
    assert database.ready()


def test_a_half_made_cluster_is_made_anew(database: Postgres, var: Path, up: StartServer) -> None:
    half = data_folder(database.account, var, "postgres") / "half"
    (half / "base").mkdir(parents=True)
    up(database)
    assert not half.exists()


def test_names_are_compared_by_the_builtin_unicode_locale(database: Postgres, up: StartServer) -> None:
    up(database)
    with psycopg.connect(database.url("postgres")) as connection:
        assert connection.execute("SELECT lower('ÉÀ'), upper('ａ')").fetchone() == ("éà", "Ａ")


def test_only_the_password_opens_it_and_only_the_owner_can_read_that(database: Postgres, var: Path, up: StartServer) -> None:
    up(database)
    assert (var / "postgres.password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=database.port, user="ossma", password="guessed", dbname="postgres")


def test_making_a_database_twice_makes_it_once(database: Postgres, up: StartServer) -> None:
    up(database)
    database.create_database("aoba")
    database.create_database("aoba")
    psycopg.connect(database.url("aoba")).close()

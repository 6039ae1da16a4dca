"""A backup that can prove it is whole, and its way back."""

import json
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from members.models import Member
from ossma.core import backup
from ossma.core.backup import BackupRefused, check_backup, own_url, restore_backup
from ossma.local.postgres import Postgres
from tests.cast import make_cast
from tests.factories.applications import QuoteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(settings, tmp_path):
    """Where this installation keeps pictures, with one in it; and PostgreSQL's own programs."""
    settings.PG_TOOLS = Postgres(tmp_path, 0).binaries()
    settings.FILES_ROOT = tmp_path / "live" / "files"
    (settings.FILES_ROOT / "ab").mkdir(parents=True)
    (settings.FILES_ROOT / "ab" / "abcdef").write_bytes(b"a picture")
    return tmp_path


@pytest.fixture
def kept(place):
    """A backup of the cast and of one quote, and its folder."""
    people = make_cast()
    people.aya.allergies = "ピーナッツ"
    people.aya.save()
    QuoteFactory()
    out = StringIO()
    call_command("backup", str(place / "kept"), stdout=out)
    assert "tables" in out.getvalue()
    return place / "kept"


@pytest.fixture
def empty():
    """The address of an empty database on the same server."""
    name = f"{connection.settings_dict['NAME']}_back"
    with psycopg.connect(own_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield psycopg.conninfo.make_conninfo(own_url(), dbname=name)
    with psycopg.connect(own_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def restored(kept, empty, place, settings):
    return restore_backup(url=empty, files=place / "new" / "pictures", source=kept, tools=settings.PG_TOOLS)


def test_everything_comes_back_with_its_guards_its_numbers_and_its_pictures(kept, empty, place, settings):
    manifest = restored(kept, empty, place, settings)
    assert manifest["rows"]["public.members_member"] == Member.objects.count()
    assert (place / "new" / "pictures" / "ab" / "abcdef").read_bytes() == b"a picture"
    with psycopg.connect(empty) as back, connection.cursor() as here:
        for table in ("members_member", "core_auditentry", "applications_quote"):
            question = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {} t").format(sql.Identifier(table))
            here.execute(question)
            assert back.execute(question).fetchone() == here.fetchone()
        with pytest.raises(psycopg.errors.RestrictViolation):
            back.execute("UPDATE applications_quote SET total = 1")


def test_what_is_secret_stays_sealed_in_the_backup(kept, empty, place, settings):
    restored(kept, empty, place, settings)
    with psycopg.connect(empty) as back:
        sealed = back.execute("SELECT allergies FROM members_member WHERE allergies <> ''").fetchone()[0]
    assert "ピーナッツ" not in sealed


def test_the_counts_are_of_the_very_snapshot_that_was_dumped(place, settings, empty, monkeypatch):
    def meanwhile(program, url, tools, *arguments):
        make_cast()
        return real(program, url, tools, *arguments)

    real = backup._run
    monkeypatch.setattr(backup, "_run", meanwhile)
    call_command("backup", str(place / "kept"), stdout=StringIO())
    monkeypatch.setattr(backup, "_run", real)
    assert Member.objects.exists()
    assert restored(place / "kept", empty, place, settings)["rows"]["public.members_member"] == 0


def test_a_place_that_is_not_empty_is_never_written_over(kept, settings, place):
    with pytest.raises(CommandError, match="pictures"):
        call_command("restore", str(kept))
    settings.FILES_ROOT = place / "elsewhere"
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(kept))
    assert Member.objects.exists()


@pytest.mark.parametrize("name", [backup.DUMP, backup.FILES, backup.MANIFEST])
def test_a_damaged_backup_is_refused_before_anything_is_touched(kept, empty, place, settings, name):
    damaged = bytearray((kept / name).read_bytes())
    del damaged[len(damaged) // 2 :]
    (kept / name).write_bytes(damaged)
    with pytest.raises(BackupRefused, match=name):
        restored(kept, empty, place, settings)
    with psycopg.connect(empty) as back:
        assert back.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    with pytest.raises(CommandError):
        call_command("restore", str(kept), "--check-only")


def test_rows_that_did_not_come_back_are_told(kept, empty, place, settings):
    manifest = json.loads((kept / backup.MANIFEST).read_text())
    manifest["rows"]["public.members_member"] += 1
    (kept / backup.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BackupRefused, match="members_member"):
        restored(kept, empty, place, settings)


def test_a_dump_that_fails_leaves_no_half_backup(place, settings):
    settings.PG_TOOLS = place
    with pytest.raises(CommandError, match="pg_dump is not here"):
        call_command("backup", str(place / "kept"))
    assert not list(place.glob("kept*"))


def test_a_backup_is_never_written_over(kept):
    with pytest.raises(CommandError, match="exists"):
        call_command("backup", str(kept))
    assert check_backup(kept)

"""Pictures on the disk and their rows."""

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction

from ossma.core import disk, drafts, registries, stored_files
from ossma.core.models import StoredFile
from ossma.core.uploads import clean_image
from tests.core.pictures import photo

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def image():
    return clean_image(BytesIO(photo()))


def kept(image):
    return stored_files.store(image=image, owner_kind="safety.answer", owner_id=12, at=NOW)


def age(path, hours):
    moment = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.django_db
class TestKept:
    def test_a_picture_is_read_as_it_was_stored(self, image):
        stored = kept(image)
        assert stored_files.read(stored) == image.data
        assert (stored.owner_kind, stored.owner_id, stored.sha256, stored.size) == ("safety.answer", "12", image.sha256, image.size)

    def test_the_name_on_disk_says_nothing_and_only_we_may_read_it(self, image):
        stored = kept(image)
        path = disk.path_of(stored.uid)
        assert path.name == stored.uid.hex
        assert path.stat().st_mode & 0o077 == 0

    def test_a_failed_transaction_leaves_no_row_and_its_bytes_are_swept_after_a_day(self, image, files_root):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            kept(image)
            raise ZeroDivisionError
        (orphan,) = (path for path in files_root.glob("*/*"))
        age(orphan, 23)
        assert stored_files.sweep(at=NOW) == 0
        age(orphan, 25)
        assert (stored_files.sweep(at=NOW), orphan.exists()) == (1, False)

    def test_sweeping_spares_what_has_a_row(self, image):
        stored = kept(image)
        age(disk.path_of(stored.uid), 1000)
        assert stored_files.sweep(at=NOW) == 0
        assert stored_files.read(stored) == image.data

    def test_sweeping_takes_old_drafts_and_parts_of_writes_that_died(self, image, files_root):
        drafts.keep(image, "ticket.jpg")
        (files_root / "ab").mkdir()
        (files_root / "ab" / "abc.part-1").write_bytes(b"half")
        for path in files_root.glob("*/*"):
            age(path, 25)
        assert stored_files.sweep(at=NOW) == 2

    def test_sweeping_is_a_rule_of_retention_and_only_counts_when_asked_to(self, image, files_root):
        drafts.keep(image, "ticket.jpg")
        for path in files_root.glob("*/*"):
            age(path, 25)
        sweep = dict(registries.retention)["core.files"]
        assert (sweep(NOW, True), sweep(NOW, True), sweep(NOW, False), sweep(NOW, False)) == (1, 1, 1, 0)

    def test_what_an_operator_put_there_is_left_alone(self, files_root):
        (files_root / "ab").mkdir()
        note = files_root / "ab" / "README"
        note.write_bytes(b"do not touch")
        age(note, 1000)
        assert stored_files.sweep(at=NOW) == 0
        assert note.exists()

    def test_an_empty_house_is_swept_without_complaint(self):
        assert stored_files.sweep(at=NOW) == 0

    def test_discarded_bytes_go_when_the_row_is_gone_for_good(self, image, django_capture_on_commit_callbacks):
        stored = kept(image)
        path = disk.path_of(stored.uid)
        with django_capture_on_commit_callbacks(execute=True):
            stored_files.discard(stored=stored)
            assert path.exists()
        assert not path.exists()
        assert not StoredFile.objects.exists()


def test_a_write_that_dies_leaves_nothing_behind(files_root, monkeypatch):
    def fail(_descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        disk.write(files_root / "ab" / "abc", b"bytes")
    assert list(files_root.glob("*/*")) == []

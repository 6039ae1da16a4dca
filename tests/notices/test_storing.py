"""A file of the ministry is stored whole or not at all; what changed gets a new version (support.md N2)."""

from datetime import timedelta

import pytest
from django.db import DataError

from notices import actions
from notices.models import Advisory, FeedRun
from notices.rules import Reading
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound
from tests.factories.notices import NOW, AdvisoryFactory, item

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def store(*items, system, at=NOW, feed_time=None):
    return actions.store_feed(reading=Reading("02", feed_time or at, items), source="test", actor=system, at=at)


def codes(key):
    return set(Advisory.objects.get(key_cd=key).countries.values_list("pk", flat=True))


def test_new_items_are_stored_with_their_countries_and_the_time_we_saw_them(system):
    run = store(item("1"), item("2", country_cds=frozenset({"0033", "0039"})), system=system)
    assert (run.ok, run.items, run.new, run.changed) == (True, 2, 2, 0)
    assert codes("2") == {"0033", "0039"}
    assert Advisory.objects.get(key_cd="1").first_seen_at == NOW


def test_the_same_file_again_changes_nothing(system):
    store(item("1"), system=system)
    run = store(item("1"), system=system, at=LATER)
    assert (run.items, run.new, run.changed) == (1, 0, 0)
    assert Advisory.objects.get(key_cd="1").version == 1


def test_changed_content_under_the_same_key_is_a_new_version_and_is_looked_at_again(system):
    store(item("1", needs_look=True), system=system)
    row = Advisory.objects.get(key_cd="1")
    actions.mark_looked_at(advisory_id=row.pk, actor=system, at=NOW)
    run = store(item("1", content_hash="b" * 64, title="新しい題", country_cds=frozenset({"0039"}), needs_look=True), system=system, at=LATER)
    row.refresh_from_db()
    assert (run.new, run.changed) == (0, 1)
    assert (row.version, row.title, row.changed_at, row.first_seen_at, row.looked_at) == (2, "新しい題", LATER, NOW, None)
    assert codes("1") == {"0039"}


def test_an_older_file_adds_what_is_missing_but_takes_nothing_back(system):
    store(item("1"), system=system)
    run = store(item("1", content_hash="old"), item("2"), system=system, at=LATER, feed_time=NOW - timedelta(days=1))
    assert (run.new, run.changed) == (1, 0)
    assert Advisory.objects.get(key_cd="1").content_hash == "a" * 64


def test_a_file_of_which_one_item_cannot_be_stored_leaves_nothing_behind(system):
    with pytest.raises(DataError):
        store(item("1"), item("2", title="長" * 500), system=system)
    assert not Advisory.objects.exists()
    assert not FeedRun.objects.exists()


def test_a_reading_that_failed_is_on_record_and_the_good_data_stays(system):
    store(item("1"), system=system)
    run = actions.note_failed_run(source="test", error="x" * 900, actor=system, at=LATER)
    assert (run.ok, len(run.error)) == (False, 300)
    assert Advisory.objects.count() == 1


def test_every_reading_leaves_an_audit_line_with_its_figures(system):
    store(item("1"), system=system)
    entry = AuditEntry.objects.get(action="advisories.read")
    assert entry.detail == {"ok": True, "items": 1, "new": 1, "changed": 0, "withdrawn": 0, "returned": 0}


def test_looking_at_an_advisory_is_noted_once(cast):
    office = cast.viewer(cast.office)
    row = AdvisoryFactory(needs_look=True)
    actions.mark_looked_at(advisory_id=row.pk, actor=office, at=NOW)
    again = actions.mark_looked_at(advisory_id=row.pk, actor=office, at=LATER)
    assert again.looked_at == NOW
    assert AuditEntry.objects.filter(action="advisory.looked_at").count() == 1
    with pytest.raises(NotFound):
        actions.mark_looked_at(advisory_id=0, actor=office, at=NOW)

"""The audit trail can only grow."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from ossma.core import audit
from ossma.core.models import AuditEntry
from ossma.core.viewer import Face, Viewer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)
DOI = Viewer(face=Face.SCHOOL, user_id=4, name="Dr. Doi", school_id=9, address="192.0.2.7")


def entry() -> AuditEntry:
    audit.record(actor=DOI, at=AT, action="member.seen", subject=("member", 3), member_id=3)
    return AuditEntry.objects.get()


def test_an_entry_says_who_when_what_and_about_whom():
    found = entry()
    assert (found.actor_name, found.actor_face, found.at, found.action, found.member_id) == ("Dr. Doi", "school", AT, "member.seen", 3)
    assert found.school_id == 9
    assert found.address == "192.0.2.7"


@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET action = 'nothing'", "DELETE FROM core_auditentry"])
def test_the_database_refuses_to_change_or_remove_an_entry(statement):
    entry()
    with pytest.raises(IntegrityError, match="can be added, not changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_a_look_at_a_list_names_every_member_on_it_once():
    audit.record_looks(actor=DOI, at=AT, action="members.listed", member_ids=[3, 1, 3])
    assert AuditEntry.objects.get().detail == {"member_ids": [1, 3]}


def test_a_member_looking_at_their_own_data_leaves_no_entry():
    audit.record_looks(actor=Viewer(face=Face.MEMBER, member_id=1), at=AT, action="members.listed", member_ids=[1])
    assert not AuditEntry.objects.exists()

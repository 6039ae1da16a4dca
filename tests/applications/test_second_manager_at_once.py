"""Approvals and changes in the same moment, with connections of their own: what holds is what somebody else has seen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import FeeTable
from members.actions.approval import approve_proposal, refuse_proposal, save_proposal, withdraw_proposal
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound
from tests.applications.test_changes_at_once import together
from tests.cast import make_cast
from tests.factories.applications import FeeTableFactory

pytestmark = pytest.mark.django_db(transaction=True)
LABEL = "applications.feetable"


@pytest.fixture
def world(transactional_db):
    """Three managers as viewers, and a table that the first proposed."""
    cast = make_cast()
    managers = [cast.viewer(user) for user in (cast.office, cast.second_manager(), cast.colleague(OfficeRole.MANAGER))]
    row = FeeTableFactory(approved_at=None, version="next", valid_from=timezone.localdate() + timedelta(days=1))
    save_proposal(row=row, fields=[], actor=managers[0], at=timezone.now())
    return managers, row


def approve(row, actor, revision=2):
    return lambda: approve_proposal(label=LABEL, pk=row.pk, revision=revision, actor=actor, at=timezone.now()).approved_by_id


def change(row, actor, note):
    def act():
        mine = FeeTable.objects.get(pk=row.pk)
        mine.note = note
        save_proposal(row=mine, fields=["note"], actor=actor, at=timezone.now())
        return "changed"

    return act


def test_of_two_approvals_at_once_one_counts_and_the_other_is_told(world):
    (_first, second, third), row = world
    results = together(approve(row, second), approve(row, third))
    row.refresh_from_db()
    assert sorted(map(str, results)) == sorted([str(row.approved_by_id), "approved"])
    assert AuditEntry.objects.filter(action="feetable.approved").count() == 1


def test_an_approval_and_a_refusal_at_once_end_in_one_of_them(world):
    (_first, second, third), row = world
    refuse = lambda: refuse_proposal(label=LABEL, pk=row.pk, revision=2, reason="x", actor=third, at=timezone.now()).refusal  # noqa: E731
    results = together(approve(row, second), refuse)
    row.refresh_from_db()
    assert (row.approved_at is None) == (row.refused_at is not None)
    assert {"approved", "refused"} & set(map(str, results))


def test_a_change_and_an_approval_at_once_never_let_a_version_hold_that_its_approver_has_not_seen(world):
    (first, second, _third), row = world
    results = together(change(row, first, "dearer"), approve(row, second))
    row.refresh_from_db()
    # Changed first: the approval was for another revision. Approved first: nothing changes any more.
    assert (row.note, row.approved_at is None) == (("dearer", True) if results[0] == "changed" else ("", False))
    assert results in (["changed", "changed"], ["approved", second.user_id])


def test_a_change_by_the_second_manager_and_their_approval_in_another_tab_never_both_count(world):
    (_first, second, _third), row = world
    together(change(row, second, "dearer"), approve(row, second))
    row.refresh_from_db()
    assert row.approved_by_id is None or row.approved_by_id not in row.writers
    assert (row.note == "dearer") == (row.approved_at is None)


def test_withdrawn_and_approved_at_once_it_is_gone_or_holds(world):
    (first, second, _third), row = world

    def approve_or_nothing():
        try:
            return approve(row, second)()
        except NotFound:
            return "gone"

    together(lambda: withdraw_proposal(label=LABEL, pk=row.pk, actor=first, at=timezone.now()), approve_or_nothing)
    left = FeeTable.objects.filter(pk=row.pk).first()
    assert left is None or left.approved_at is not None


def test_of_two_proposals_for_one_day_at_once_one_is_kept(world):
    (first, second, _third), _row = world
    day = timezone.localdate() + timedelta(days=9)

    def propose(actor, version):
        table = FeeTable(service="ossma", version=version, valid_from=day, tax_rate="0.1")
        return lambda: save_proposal(row=table, fields=[], actor=actor, at=timezone.now())

    results = together(propose(first, "a"), propose(second, "b"))
    assert sorted(map(str, results)) == ["None", "proposed_already"]
    assert FeeTable.objects.filter(valid_from=day).count() == 1

"""Tables of prices hold once a second manager has approved them (office.md, "Duties and roles"); whoever wrote one never does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import CancellationTable, FeeRow, FeeTable, HandlingRate
from applications.queries.cancelling import table_of_day
from applications.queries.fees import handling_rate, table_in_force
from members.actions.approval import approve_proposal, refuse_proposal, save_proposal, withdraw_proposal
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from tests.factories.applications import CancellationTableFactory, FeeTableFactory

pytestmark = pytest.mark.django_db
LABEL = "applications.feetable"


@pytest.fixture
def first(cast):
    """The manager who writes."""
    return cast.viewer(cast.office)


@pytest.fixture
def second(cast):
    """The manager who approves."""
    return cast.viewer(cast.second_manager())


def soon():
    return timezone.localdate() + timedelta(days=1)


def proposed(writer, **fields):
    """A fee table with its lines, proposed by `writer`."""
    row = FeeTableFactory(approved_at=None, **{"version": "next", "valid_from": soon(), "fees": {12: 9000}} | fields)
    save_proposal(row=row, fields=["version"], actor=writer, at=timezone.now())
    return row


def approve(row, actor, **changes):
    wanted = {"label": row._meta.label_lower, "pk": row.pk, "revision": row.revision} | changes
    return approve_proposal(**wanted, actor=actor, at=timezone.now())


def url(row, name="decide"):
    return reverse(f"admin:applications_{row._meta.model_name}_{name}", args=[row.pk])


def data(rows=(), **fields):
    """What the form of a fee table sends."""
    sent = {"service": "ossma", "version": "next", "valid_from": soon().isoformat(), "tax_rate": "0.1000", "note": ""} | fields
    sent |= {"rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": 0}
    for number, (months, amount) in enumerate(rows):
        sent |= {f"rows-{number}-up_to_months": months, f"rows-{number}-amount": amount}
    return sent


def test_a_fee_table_counts_from_its_day_on_once_another_manager_has_approved_it(cast, second):
    cast.client(cast.office).post(reverse("admin:applications_feetable_add"), data([(12, 9000)]))
    row = FeeTable.objects.get(version="next")
    assert (row.proposed_by, row.approved_at, row.writers) == (cast.office, None, [cast.office.pk])
    assert table_in_force("ossma", soon()).version != "next"
    page = cast.client(cast.second_manager()).get(url(row))
    assert "9,000円" in page.content.decode() and "3,300円" in page.content.decode(), "what will hold stands beside what holds"
    cast.client(cast.second_manager()).post(url(row), {"decision": "approve", "revision": row.revision})
    assert table_in_force("ossma", soon()) == row
    assert table_in_force("ossma", timezone.localdate()) != row


def test_rates_and_cancellation_tables_count_once_approved_too(first, second):
    rate = HandlingRate(valid_from=soon(), rate="0.0900")
    save_proposal(row=rate, fields=["rate"], actor=first, at=timezone.now())
    CancellationTableFactory()
    table = CancellationTableFactory(approved_at=None, valid_from=soon())
    save_proposal(row=table, fields=["note"], actor=first, at=timezone.now())
    assert str(handling_rate("member", soon())) == "0.0500"
    assert table_of_day("ossma", soon()) != table
    approve(rate, second)
    approve(table, second)
    assert str(handling_rate("member", soon())) == "0.0900"
    assert table_of_day("ossma", soon()) == table


def test_the_manager_who_proposed_it_is_refused_by_the_action_the_page_and_the_database(cast, first):
    row = proposed(first)
    with pytest.raises(Refused) as refused:
        approve(row, first)
    assert refused.value.code == "own_proposal"
    browser = cast.client(cast.office)
    assert 'name="decision"' not in browser.get(url(row)).content.decode()
    answer = browser.post(url(row), {"decision": "approve", "revision": row.revision}, follow=True)
    assert "ご自身が提案" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTable.objects.filter(pk=row.pk).update(approved_by=cast.office, approved_at=timezone.now())
    row.refresh_from_db()
    assert row.approved_at is None


def test_who_changed_a_proposal_of_somebody_else_cannot_approve_it_nor_can_its_first_writer(cast, first, second):
    row = proposed(first)
    save_proposal(row=row, fields=["note"], actor=second, at=timezone.now())
    assert (row.proposed_by_id, row.writers) == (second.user_id, sorted([first.user_id, second.user_id]))
    for writer in (first, second):
        with pytest.raises(Refused):
            approve(row, writer)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeTable.objects.filter(pk=row.pk).update(approved_by=cast.office, approved_at=timezone.now())


def test_no_program_approves_and_nobody_approves_what_has_no_writer(second):
    row = FeeTableFactory(approved_at=None, version="next", valid_from=soon())
    with pytest.raises(Refused) as refused:
        approve(row, second)
    assert refused.value.code == "no_writer"
    with pytest.raises(Refused):
        approve(proposed(second, version="other", valid_from=soon() + timedelta(days=1)), SYSTEM)


def test_what_was_changed_after_the_page_was_opened_is_not_approved(cast, first, second):
    row = proposed(first)
    browser = cast.client(cast.second_manager())
    shown = browser.get(url(row)).context["form"]["revision"].value()
    save_proposal(row=row, fields=["note"], actor=first, at=timezone.now())
    answer = browser.post(url(row), {"decision": "approve", "revision": shown}, follow=True)
    assert "もう一度確認してください" in answer.content.decode()
    row.refresh_from_db()
    assert row.approved_at is None


def test_an_approved_table_is_neither_changed_nor_withdrawn_nor_decided_again(cast, first, second):
    row = proposed(first)
    approve(row, second)
    row.refresh_from_db()
    third = cast.viewer(cast.colleague(OfficeRole.MANAGER))
    for act in (
        lambda: save_proposal(row=FeeTable.objects.get(pk=row.pk), fields=["note"], actor=first, at=timezone.now()),
        lambda: withdraw_proposal(label=LABEL, pk=row.pk, actor=first, at=timezone.now()),
        lambda: approve(row, third),
        lambda: refuse_proposal(label=LABEL, pk=row.pk, revision=row.revision, reason="x", actor=third, at=timezone.now()),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "approved"
    assert cast.client(cast.office).post(url(row, "change"), data()).status_code == 404
    assert cast.client(cast.office).post(url(row, "delete"), {"post": "yes"}).status_code == 404


def test_the_database_itself_keeps_approved_tables_and_their_lines(first, second):
    row = proposed(first)
    approve(row, second)
    line = row.rows.get()
    for act in (
        lambda: FeeTable.objects.filter(pk=row.pk).update(note="x"),
        lambda: FeeTable.objects.filter(pk=row.pk).update(approved_by=None, approved_at=None),
        lambda: FeeRow.objects.filter(pk=line.pk).update(amount=1),
        lambda: FeeRow.objects.create(table=row, up_to_months=24, amount=1),
        line.delete,
        row.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert (table_in_force("ossma", soon()), row.rows.get().amount) == (row, 9000)


def test_a_mistake_that_was_approved_is_put_right_by_a_new_version_for_the_same_day(first, second):
    approve(proposed(first), second)
    approve(proposed(second, version="right", fees={12: 8000}), first)
    assert table_in_force("ossma", soon()).version == "right"


def test_two_proposals_for_one_day_are_refused_in_the_form(cast, first):
    proposed(first)
    answer = cast.client(cast.office).post(reverse("admin:applications_feetable_add"), data([(12, 1)], version="twice"))
    assert "承認待ちの提案がすでにあります" in answer.content.decode()
    with pytest.raises(Refused):
        save_proposal(
            row=FeeTable(service="ossma", version="twice", valid_from=soon(), tax_rate="0.1"), fields=[], actor=first, at=timezone.now()
        )  # fmt: skip


@pytest.mark.parametrize("days", [0, -30])
def test_what_would_begin_today_or_earlier_in_place_of_another_is_not_approved(first, second, days):
    row = proposed(first, valid_from=timezone.localdate() + timedelta(days=days))
    with pytest.raises(Refused) as refused:
        approve(row, second)
    assert refused.value.code == "too_late"


def test_the_first_table_of_a_kind_may_begin_today_but_no_rate_ever_does(first, second):
    row = CancellationTableFactory(approved_at=None, valid_from=timezone.localdate())
    save_proposal(row=row, fields=[], actor=first, at=timezone.now())
    approve(row, second)
    assert table_of_day("ossma", timezone.localdate()) == row
    rate = HandlingRate(valid_from=timezone.localdate(), rate="0.09")
    save_proposal(row=rate, fields=["rate"], actor=first, at=timezone.now())
    with pytest.raises(Refused):
        approve(rate, second)


def test_a_table_without_lines_is_not_approved(first, second):
    row = proposed(first)
    row.rows.all().delete()
    with pytest.raises(Refused) as refused:
        approve(row, second)
    assert refused.value.code == "no_lines"


def test_a_refused_table_comes_back_with_its_reason_and_is_proposed_again_by_a_change(cast, first, second):
    row = proposed(first)
    browser = cast.client(cast.second_manager())
    assert browser.post(url(row), {"decision": "refuse", "revision": row.revision, "reason": " "}).status_code == 200
    assert FeeTable.objects.waiting().filter(pk=row.pk).exists()
    browser.post(url(row), {"decision": "refuse", "revision": row.revision, "reason": "12か月の額が違います"})
    row.refresh_from_db()
    assert (row.refusal, row.approved_at) == ("12か月の額が違います", None)
    with pytest.raises(Refused):
        approve(row, second)
    mail = OutboxMessage.objects.get(template="members/approval_decided")
    assert (mail.to_address, "12か月の額が違います" in mail.context) == (cast.office.email, True)
    assert "差し戻された提案" in cast.client(cast.office).get("/admin/").content.decode()
    save_proposal(row=row, fields=["note"], actor=first, at=timezone.now())
    approve(row, second)
    assert table_in_force("ossma", soon()) == row


@pytest.mark.parametrize("roles", [[OfficeRole.OPERATOR], [OfficeRole.CLERK], [OfficeRole.PUBLISHER], []])
def test_other_roles_find_no_such_page_and_no_such_action(cast, first, roles):
    row = proposed(first)
    colleague = cast.colleague(*roles)
    browser = cast.client(colleague)
    assert browser.get(url(row)).status_code == 404
    assert browser.post(url(row), {"decision": "approve", "revision": row.revision}).status_code == 404
    assert browser.post(reverse("admin:applications_feetable_add"), data()).status_code == 404
    viewer = cast.viewer(colleague)
    for act in (
        lambda: approve(row, viewer),
        lambda: withdraw_proposal(label=LABEL, pk=row.pk, actor=viewer, at=timezone.now()),
        lambda: save_proposal(row=row, fields=[], actor=viewer, at=timezone.now()),
    ):
        with pytest.raises(NotFound):
            act()
    assert "承認を待つ表" not in browser.get("/admin/").content.decode()


def test_the_other_managers_hear_of_it_once_and_find_it_on_their_work_list_but_its_writer_does_not(cast, first, second):
    row = proposed(first)
    row_again = FeeTable.objects.get(pk=row.pk)
    save_proposal(row=row_again, fields=["note"], actor=first, at=timezone.now())
    mail = OutboxMessage.objects.get(template="members/approval_waits")
    assert (mail.to_address, url(row) in mail.context) == (cast.second_manager().email, True)
    assert "承認を待つ表：会費表" in cast.client(cast.second_manager()).get("/admin/").content.decode()
    assert "承認を待つ表" not in cast.client(cast.office).get("/admin/").content.decode()


def test_every_step_is_on_record_and_the_approved_version_can_be_read_again(first, second):
    row = proposed(first)
    approve(row, second)
    lines = AuditEntry.objects.filter(subject_kind="feetable", subject_id=str(row.pk)).order_by("pk")
    assert [(line.action, line.actor_user_id) for line in lines] == [("feetable.saved", first.user_id), ("feetable.approved", second.user_id)]
    assert lines[1].detail["content"]["version"] == "next"
    assert any("9,000" in value for _label, value in lines[1].detail["lines"])


def test_a_withdrawn_proposal_stays_readable_in_the_audit_trail(cast, first):
    row = proposed(first)
    cast.client(cast.office).post(url(row, "delete"), {"post": "yes"})
    assert not FeeTable.objects.filter(version="next").exists()
    assert AuditEntry.objects.get(action="feetable.deleted").detail["content"]["version"] == "next"


def test_a_proposal_that_nobody_else_can_approve_says_so(cast):
    answer = cast.client(cast.office).post(reverse("admin:applications_feetable_add"), data([(12, 9000)]), follow=True)
    assert "承認できる人がほかにいません" in answer.content.decode()


def test_a_clerk_reads_the_tables_with_their_standing(cast, first):
    proposed(first)
    browser = cast.client(cast.colleague(OfficeRole.CLERK))
    assert "別の人の承認待ち" in browser.get(reverse("admin:applications_feetable_changelist"), {"approval": "waiting"}).content.decode()
    assert CancellationTable.objects.count() == 0

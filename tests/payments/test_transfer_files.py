"""Files of bank transfers: 全銀 and table, two people, the bank's result (issue: the office's transfers; office.md, "Duties and roles")."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, zengin
from payments.disputes import Dispute
from payments.gateways.base import Status
from payments.models import Attempt, LedgerLine, Payment, Refund, TransferFile, Trouble
from payments.queries.transfers import mark_of, transfers_in, transfers_to_make
from payments.queries.ways_out import ways_out
from payments.rules import Found
from payments.states import DisputeState, RefundState
from payments.transfer_table import HEADING, Result, results_in, table_of
from tests.cast import Cast, office_viewer
from tests.factories.payments import FEE, NOON
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid
from tests.payments.zengin_oracle import parsed

ACCOUNT = {
    "bank": "みずほ銀行", "bank_code": "0001", "branch": "東京営業部", "branch_code": "001",
    "kind": "ordinary", "number": "0012345", "holder": "ヤマダ ショウコ",
}  # fmt: skip
DAY = date(2026, 12, 25)
SENDER = zengin.Sender("1234567890", "ｶ)ﾐﾎﾝ", "0005", "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", "001", "ﾎﾝﾃﾝ", "current", "7654321")


@pytest.fixture
def people(cast: Cast) -> tuple[Viewer, Viewer, Viewer]:
    """A manager who approves, and two clerks."""
    second = cast.second_manager()
    return office_viewer(cast.office.pk), office_viewer(cast.colleague("clerk").pk, "clerk"), office_viewer(second.pk)


@pytest.fixture
def refund(attempt: Attempt, gateway: FakeGateway, people) -> Refund:
    """Aya gets 1,000 yen back by transfer: approved, the account is there."""
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    Attempt.objects.update(method="konbini")
    asked = actions.request_refund(payment_id=attempt.payment_id, amount=1000, rule="取消", actor=SYSTEM, at=NOON)
    actions.approve_refund(refund_id=asked.pk, note="", actor=people[0], at=NOON)
    return actions.give_account(refund_id=asked.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)


def make(actor: Viewer, refund: Refund) -> TransferFile:
    ready = [one.transfer for one in transfers_to_make(actor) if one.transfer]
    return actions.make_transfer_file(refund_ids=[refund.pk], seen=mark_of(ready), transfer_on=NOON.date() + timedelta(days=1), actor=actor, at=NOON)


def confirm(file: TransferFile, actor: Viewer) -> TransferFile:
    return actions.confirm_transfer_file(file_id=file.pk, seen=mark_of(transfers_in(file)), actor=actor, at=NOON)


def confirmed(refund: Refund, people) -> TransferFile:
    return confirm(make(people[1], refund), people[2])


def told(*results: Result, actor: Viewer):
    return actions.import_transfer_results(results=list(results), actor=actor, at=NOON)


def disputed(refund: Refund, end: str) -> None:
    """The payer disputes the charge, and this becomes of it."""
    dispute = Dispute("du_1", FEE, DisputeState(end))
    lost = end == DisputeState.LOST
    learn(refund.attempt, replace(Found(status="refunded") if lost else paid(), disputes=(dispute,)))


def booked() -> int:
    return sum(LedgerLine.objects.values_list("amount", flat=True))


def test_the_file_is_laid_out_byte_for_byte_as_banks_publish_it() -> None:
    transfers = [
        zengin.Transfer(7, "0001", "ﾐｽﾞﾎ", "001", "ﾄｳｷﾖｳ", "ordinary", "0012345", "ﾔﾏﾀﾞ ｼﾖｳｺ", 3812),
        zengin.Transfer(8, "9900", "ﾕｳﾁﾖ", "018", "ｾﾞﾛｲﾁﾊﾁ", "savings", "0000001", "ｱ" * 40, 1),
    ]
    header, first, second, trailer, end = parsed(zengin.file_of(SENDER, DAY, transfers))
    assert header == {
        "データ区分": "1", "種別コード": "21", "コード区分": "0", "振込依頼人コード": "1234567890", "振込依頼人名": "ｶ)ﾐﾎﾝ",
        "取組日": "1225", "仕向銀行番号": "0005", "仕向銀行名": "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", "仕向支店番号": "001", "仕向支店名": "ﾎﾝﾃﾝ",
        "預金種目": "2", "口座番号": "7654321", "ダミー": "",
    }  # fmt: skip
    assert first == {
        "データ区分": "2", "被仕向銀行番号": "0001", "被仕向銀行名": "ﾐｽﾞﾎ", "被仕向支店番号": "001", "被仕向支店名": "ﾄｳｷﾖｳ",
        "手形交換所番号": "", "預金種目": "1", "口座番号": "0012345", "受取人名": "ﾔﾏﾀﾞ ｼﾖｳｺ", "振込金額": "0000003812",
        "新規コード": "0", "顧客コード1": "0000000007", "顧客コード2": "", "振込指定区分": "7", "識別表示": "", "ダミー": "",
    }  # fmt: skip
    assert (second["預金種目"], second["受取人名"], second["被仕向支店名"]) == ("4", "ｱ" * 30, "ｾﾞﾛｲﾁﾊﾁ")
    assert (trailer["合計件数"], trailer["合計金額"], end["データ区分"]) == ("000002", "000000003813", "9")


def test_what_was_written_is_read_again_with_and_without_line_ends() -> None:
    one = zengin.Transfer(7, "0001", "ﾐｽﾞﾎ", "001", "ﾄｳｷﾖｳ", "ordinary", "0012345", "ﾔﾏﾀﾞ ｼﾖｳｺ", 3812)
    content = zengin.file_of(SENDER, DAY, [one])
    for form in (content, content.replace(b"\r\n", b""), content.replace(b"\r\n", b"\n"), content + b"\x1a"):
        assert list(zengin.read_transfers(form)) == [one]


@pytest.mark.parametrize("content", [b"", b"1" * 119, b"2" + b" " * 119, b"\x89PNG", b"1" * 120 + b"2" * 79 + b"x" * 41, b"a,b\n1,2"])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        results_in(content)


def test_a_file_needs_two_people(refund: Refund, people) -> None:
    file = make(people[1], refund)
    with pytest.raises(Refused):
        confirm(file, people[1])
    assert confirm(file, people[2]).confirmed_by_id == people[2].user_id
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferFile.objects.update(confirmed_by=F("made_by"))


def test_the_database_lets_no_file_be_confirmed_by_nobody(refund: Refund, people) -> None:
    make(people[1], refund)
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferFile.objects.update(state="confirmed")


def test_who_approved_a_refund_does_not_put_it_into_a_file(refund: Refund, people) -> None:
    assert transfers_to_make(people[0])[0].obstacle
    with pytest.raises(Refused):
        make(people[0], refund)


def test_what_changed_since_it_was_seen_is_not_made(refund: Refund, people) -> None:
    ready = [one.transfer for one in transfers_to_make(people[1])]
    Refund.objects.update(account=json.dumps(ACCOUNT | {"number": "7654321"}))
    with pytest.raises(Refused):
        actions.make_transfer_file(refund_ids=[refund.pk], seen=mark_of(ready), transfer_on=NOON.date(), actor=people[1], at=NOON)


def test_money_in_a_file_is_in_no_other_and_is_decided_by_nobody_else(refund: Refund, people, cast: Cast) -> None:
    make(people[1], refund)
    assert transfers_to_make(people[2]) == []
    with pytest.raises(Refused):
        actions.refuse_refund(refund_id=refund.pk, note="誤り", actor=people[0], at=NOON)
    with pytest.raises(Refused):
        actions.give_account(refund_id=refund.pk, account=ACCOUNT | {"number": "7654321"}, actor=SYSTEM, at=NOON)
    refund.refresh_from_db()
    seen = actions.transfers.rules.fingerprint(refund.account)
    with pytest.raises(Refused):
        actions.confirm_transfer(refund_id=refund.pk, reference="T", seen=seen, actor=people[2], at=NOON)


def test_only_a_confirmed_file_goes_to_the_bank_and_that_is_on_record(refund: Refund, people, cast: Cast) -> None:
    file = make(people[1], refund)
    with pytest.raises(Refused):
        actions.take_transfer_file(file_id=file.pk, form="zengin", actor=people[1], at=NOON)
    confirm(file, people[2])
    (one,) = actions.take_transfer_file(file_id=file.pk, form="zengin", actor=people[1], at=NOON)
    assert (one.bank_code, one.branch_code, one.account, one.holder, one.amount) == (
        "0001",
        "001",
        "0012345",
        "ﾔﾏﾀﾞ ｼﾖｳｺ",
        1000,
    )
    assert AuditEntry.objects.get(action="transfer_file.taken").detail == {"form": "zengin", "count": 1}
    assert AuditEntry.objects.get(action="refund.account_seen").detail == {"member_ids": [cast.aya.pk]}


def test_the_file_itself_coming_back_marks_its_transfers_as_done_once(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    content = zengin.file_of(SENDER, DAY, transfers_in(file))
    first, second = (told(*results_in(content), actor=people[1]) for _ in range(2))
    assert (first.done, first.known, second.done, second.known, first.misfits) == (1, 0, 0, 1, [])
    refund.refresh_from_db()
    file.refresh_from_db()
    assert (refund.state, refund.done_by_id, file.state) == (RefundState.DONE, people[1].user_id, "finished")
    assert booked() == FEE - 1000
    assert OutboxMessage.objects.filter(template="payments/refunded").count() == 1


def test_a_table_that_comes_back_says_what_was_made(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    content = b"".join(table_of(transfers_in(file)))
    assert content.decode("utf-8-sig").splitlines()[0] == ",".join(HEADING)
    assert told(*results_in(content), actor=people[1]).done == 1


def test_a_transfer_that_the_bank_refuses_waits_for_another_account(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    rows = b"".join(table_of(transfers_in(file))).decode("utf-8-sig").rstrip("\r\n") + "口座なし\r\n"
    results = results_in(rows.encode("cp932"))
    first, second = (told(*results, actor=people[1]) for _ in range(2))
    assert (first.returned, second.known, booked()) == (1, 1, FEE)
    refund.refresh_from_db()
    assert (refund.state, refund.account, refund.last_error) == (RefundState.REQUESTED, "", "口座なし")
    assert OutboxMessage.objects.filter(template="payments/account", key__contains="-t").count() == 1
    late = told(Result(results[0].number, 1000), actor=people[1])
    assert (late.done, len(late.misfits)) == (0, 1)


def test_rows_that_do_not_fit_are_named_and_change_nothing_and_the_others_are_booked(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    (one,) = transfers_in(file)
    other = zengin.Transfer(**{**actions.transfer_files.asdict(one), "account": "7654321"})
    outcome = told(
        Result(999_999, 1000), Result(one.number, 999), Result(one.number, 1000, transfer=other), Result(one.number, 1000),
        actor=people[1],
    )  # fmt: skip
    assert (outcome.done, len(outcome.misfits)) == (1, 3)
    assert booked() == FEE - 1000


def test_a_file_that_nobody_confirmed_is_not_booked(refund: Refund, people) -> None:
    file = make(people[1], refund)
    (one,) = transfers_in(file)
    outcome = told(Result(one.number, 1000), actor=people[2])
    assert (outcome.done, len(outcome.misfits), booked()) == (0, 1, FEE)


def test_a_discarded_file_frees_its_refunds_and_is_not_booked_any_more(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    (one,) = transfers_in(file)
    with pytest.raises(Refused):
        actions.discard_transfer_file(file_id=file.pk, reason="不要", actor=people[1], at=NOON)
    with pytest.raises(Refused):
        actions.discard_transfer_file(file_id=file.pk, reason=" ", actor=people[2], at=NOON)
    assert actions.discard_transfer_file(file_id=file.pk, reason="不要", actor=people[2], at=NOON).state == "discarded"
    assert [ready.refund for ready in transfers_to_make(people[1])] == [refund]
    assert told(Result(one.number, 1000), actor=people[1]).misfits
    assert make(people[1], refund).pk != file.pk


@pytest.mark.parametrize(
    ("account", "can"),
    [
        (
            {"bank": "みずほ銀行", "branch": "東京営業部", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ"},
            True,
        ),
        ({"bank": "見本銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ"}, False),
        (ACCOUNT | {"holder": "山田"}, False),
    ],
)
def test_an_account_entered_before_goes_into_a_file_if_its_bank_is_known(refund: Refund, people, account, can) -> None:
    Refund.objects.update(account=json.dumps(account))
    (one,) = transfers_to_make(people[1])
    assert (one.transfer is not None, bool(one.obstacle)) == (can, not can)


def test_without_an_account_or_with_money_gone_at_the_gateway_it_is_not_ready(refund: Refund, people) -> None:
    Attempt.objects.update(held_there=FEE)
    assert transfers_to_make(people[1])[0].transfer
    Attempt.objects.update(held_there=FEE - 1)
    assert transfers_to_make(people[1])[0].obstacle
    Attempt.objects.update(held_there=None)
    Refund.objects.update(account="")
    assert transfers_to_make(people[1])[0].obstacle


@pytest.mark.parametrize("end", ["open", "lost"])
def test_a_file_with_a_disputed_charge_is_not_confirmed(refund: Refund, people, end: str) -> None:
    file = make(people[1], refund)
    disputed(refund, end)
    with pytest.raises(Refused):
        confirm(file, people[2])
    actions.discard_transfer_file(file_id=file.pk, reason="異議申立て", actor=people[1], at=NOON)
    assert transfers_to_make(people[1])[0].obstacle


@pytest.mark.parametrize("end", ["open", "lost"])
def test_a_confirmed_file_with_a_disputed_charge_is_not_handed_out(refund: Refund, people, end: str) -> None:
    file = confirmed(refund, people)
    disputed(refund, end)
    with pytest.raises(Refused):
        actions.take_transfer_file(file_id=file.pk, form="csv", actor=people[1], at=NOON)


def test_what_the_bank_transferred_while_the_charge_was_lost_is_booked_and_told_as_gone_twice(refund: Refund, people) -> None:
    """Paid out never passes paid in, and a transfer that was made is never refused by the books."""
    file = confirmed(refund, people)
    disputed(refund, "lost")
    assert booked() == 1000, "what may be with the bank stays for it"
    outcome = told(Result(transfers_in(file)[0].number, 1000), actor=people[1])
    assert (outcome.done, booked()) == (1, 0)
    assert ways_out(SYSTEM, Trouble.objects.get(kind="disputed").pk).twice == 1000


def test_the_content_is_unreadable_in_the_database_and_gone_after_ninety_days(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    told(*[Result(one.number, one.amount) for one in transfers_in(file)], actor=people[1])
    stored = TransferFile.objects.extra(select={"raw": "content"}).values_list("raw", flat=True)[0]
    assert "0012345" not in stored
    actions.forget_accounts(actor=SYSTEM, at=NOON + timedelta(days=90))
    file.refresh_from_db()
    assert file.content
    actions.forget_accounts(actor=SYSTEM, at=NOON + timedelta(days=91))
    file.refresh_from_db()
    assert not file.content


def test_who_lacks_the_duty_makes_no_file(refund: Refund, cast: Cast) -> None:
    with pytest.raises(NotFound):
        make(office_viewer(cast.office.pk, "operator"), refund)


def test_a_day_that_is_over_is_refused(refund: Refund, people) -> None:
    with pytest.raises(Refused):
        actions.make_transfer_file(refund_ids=[refund.pk], seen="", transfer_on=NOON.date() - timedelta(days=1), actor=people[1], at=NOON)


def test_what_waits_costs_one_query_however_much_it_is(refund: Refund, people, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        transfers_to_make(people[1])


def test_paid_back_by_a_file_a_payment_never_pays_out_more_than_came_in(refund: Refund, people) -> None:
    file = confirmed(refund, people)
    rows = [Result(one.number, one.amount) for one in transfers_in(file)] * 3
    told(*rows, actor=people[1])
    assert (booked(), Payment.objects.get().state) == (FEE - 1000, "refunded")

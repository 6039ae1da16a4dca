"""Giving money back: by the gateway where a card can take it, else by bank transfer with two pairs of eyes (money.md, "Payment")."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from members.models import User
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, rules
from payments.gateways import desk, refunding
from payments.gateways.base import GatewayUnknown, Status
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.states import AttemptState, PaymentState, RefundState, RefundWay
from tests.cast import Cast, office_viewer
from tests.factories.payments import FEE, NOON, AttemptFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid, stored

RULE = "会員による取消（30日前まで）"
ACCOUNT = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ アヤ"}


@pytest.fixture
def settled(attempt: Attempt, gateway: FakeGateway) -> Attempt:
    """Aya has paid 3,812 yen by card."""
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    return attempt


@pytest.fixture
def clerks(cast: Cast) -> tuple[Viewer, Viewer]:
    """Two people of the office."""
    users = [cast.office.pk, User.objects.create_user("second@office.example", is_staff=True).pk]
    return office_viewer(users[0]), office_viewer(users[1])


def asked(amount: int = FEE, **more) -> Refund:
    payment = Payment.objects.get()
    return actions.request_refund(payment_id=payment.pk, amount=amount, rule=RULE, actor=SYSTEM, at=more.pop("at", NOON), **more)


def approved(refund: Refund, actor: Viewer = SYSTEM) -> Refund:
    return actions.approve_refund(refund_id=refund.pk, note="", actor=actor, at=NOON)


def carry_out(at=NOON) -> int:
    return refunding.carry_out(actions.lease_refunds(limit=10, actor=SYSTEM, at=at), clock=lambda: at)


def standing() -> tuple[str, str, int]:
    booked = sum(LedgerLine.objects.values_list("amount", flat=True))
    return Payment.objects.get().state, Attempt.objects.get().state, booked


def seen() -> str:
    """The mark of the account that somebody looks at now."""
    return rules.fingerprint(Refund.objects.get().account)


def mailed(what: str) -> dict:
    """What the one mail of this kind is made from."""
    return json.loads(OutboxMessage.objects.get(template=f"payments/{what}").context)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_gateways_notice_of_our_own_partial_refund_is_no_news(settled: Attempt, opened: list[int], when: str) -> None:
    """Whether GMO reports a changed charge is not documented: both must be right."""
    approved(asked(1000))
    if when == "after":
        carry_out()
    desk.apply_notice(stored(settled, amount=FEE - 1000), at=NOON)
    if when == "before":
        carry_out()
    assert standing() == (PaymentState.REFUNDED, AttemptState.PAID, FEE - 1000)
    assert not Trouble.objects.exists()
    # The first notice of the charge again, late; and a sum that the order never stood at.
    desk.apply_notice(stored(settled), at=NOON)
    assert not Trouble.objects.exists()
    desk.apply_notice(stored(settled, amount=999), at=NOON)
    assert Trouble.objects.get().kind == "amount_differs"


def test_a_card_is_given_its_money_back_by_the_gateway_once_the_office_agrees(settled: Attempt, opened: list[int]) -> None:
    refund = asked()
    assert (refund.way, refund.rule, standing()[0]) == (RefundWay.CARD, RULE, PaymentState.REFUND_REQUESTED)
    assert carry_out() == 0, "nobody has agreed yet"
    approved(refund)
    assert carry_out() == 1
    assert standing() == (PaymentState.REFUNDED, AttemptState.REFUNDED, 0)
    assert [line.amount for line in LedgerLine.objects.order_by("pk")] == [FEE, -FEE]
    assert OutboxMessage.objects.filter(template="payments/refunded").count() == 1
    assert opened == [refund.payment_id]


def test_a_part_is_given_back_and_later_another_part(settled: Attempt) -> None:
    approved(asked(1000))
    carry_out()
    assert standing() == (PaymentState.REFUNDED, AttemptState.PAID, FEE - 1000)
    approved(asked(FEE - 1000))
    carry_out()
    assert standing() == (PaymentState.REFUNDED, AttemptState.REFUNDED, 0)


def test_a_refund_whose_answer_was_lost_is_neither_made_nor_booked_twice(settled: Attempt, gateway: FakeGateway) -> None:
    gateway.silent_once = True
    approved(asked(1000))
    assert carry_out() == 0
    assert Refund.objects.get().state == RefundState.APPROVED
    assert carry_out(NOON + timedelta(minutes=2)) == 1
    assert standing() == (PaymentState.REFUNDED, AttemptState.PAID, FEE - 1000)
    assert gateway.states[settled.order_id].amount == FEE - 1000


def test_reconciliation_knows_a_refund_of_ours_from_one_made_outside(settled: Attempt, gateway: FakeGateway) -> None:
    gateway.silent_once = True
    approved(asked(1000))
    carry_out()
    list(desk.reconcile(Attempt.objects.select_related("payment"), clock=lambda: NOON))
    assert Refund.objects.get().state == RefundState.DONE
    assert not Trouble.objects.exists()
    gateway.says(settled.order_id, Status.PAID, 500)
    list(desk.reconcile(Attempt.objects.select_related("payment"), clock=lambda: NOON))
    assert Trouble.objects.get().kind == "refunded_outside"


def test_a_gateway_that_is_away_is_asked_again_and_in_the_end_a_person_is(settled: Attempt, gateway: FakeGateway) -> None:
    approved(asked())
    gateway.error = GatewayUnknown("timeout")
    at = NOON
    for _try in range(7):
        assert carry_out(at) == 0
        at += timedelta(days=1)
    assert carry_out(at) == 0
    assert Trouble.objects.get().kind == "refund_failed"
    assert Refund.objects.get().state == RefundState.APPROVED


def test_what_a_card_cannot_take_goes_by_transfer_after_a_fresh_decision(settled: Attempt, gateway: FakeGateway, clerks) -> None:
    first, second = clerks
    refund = approved(asked())
    gateway.refuses = True
    carry_out()
    assert Trouble.objects.get().kind == "refund_failed"
    actions.change_to_transfer(refund_id=refund.pk, actor=first, at=NOON)
    actions.give_account(refund_id=refund.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)
    actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(), actor=second, at=NOON)
    assert standing() == (PaymentState.REFUNDED, AttemptState.REFUNDED, 0)


def test_a_refund_that_the_gateway_refused_for_good_can_be_ended_and_while_it_is_asked_it_cannot(settled: Attempt, gateway: FakeGateway) -> None:
    """Its money may have gone without us meanwhile: neither a transfer nor booking that could follow then."""
    refund = approved(asked())
    with pytest.raises(Refused, match="依頼済み"):
        actions.refuse_refund(refund_id=refund.pk, note="返金済み", actor=SYSTEM, at=NOON)
    gateway.refuses = True
    carry_out()
    actions.refuse_refund(refund_id=refund.pk, note="決済会社で返金済み", actor=SYSTEM, at=NOON)
    assert (Refund.objects.get().state, Payment.objects.get().state) == (RefundState.REFUSED, PaymentState.SETTLED)


@pytest.mark.parametrize(("method", "days", "way"), [("card", 179, "card"), ("card", 180, "transfer"), ("konbini", 0, "transfer")])
def test_a_card_takes_money_back_for_180_days_a_till_never(settled: Attempt, method: str, days: int, way: str) -> None:
    Attempt.objects.update(method=method)
    assert asked(at=NOON + timedelta(days=days)).way == way


def by_transfer(clerk: Viewer) -> Refund:
    Attempt.objects.update(method="konbini")
    refund = approved(asked(), actor=clerk)
    assert OutboxMessage.objects.filter(template="payments/account").count() == 1
    return refund


def test_a_transfer_needs_an_account_and_two_people(settled: Attempt, clerks) -> None:
    first, second = clerks
    refund = by_transfer(first)
    with pytest.raises(Refused, match="口座"):
        actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(), actor=second, at=NOON)
    actions.give_account(refund_id=refund.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)
    with pytest.raises(Refused, match="二人"):
        actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(), actor=first, at=NOON)
    assert standing()[0] == PaymentState.REFUND_REQUESTED
    actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(), actor=second, at=NOON)
    assert standing() == (PaymentState.REFUNDED, AttemptState.REFUNDED, 0)
    done = Refund.objects.get()
    assert (done.approved_by_id, done.done_by_id, done.reference) == (first.user_id, second.user_id, "T-1")


def test_the_database_too_refuses_one_person_for_both(settled: Attempt, clerks) -> None:
    refund = by_transfer(clerks[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(done_by=refund.approved_by_id)


def test_the_account_is_unreadable_in_the_database_and_gone_after_ninety_days(settled: Attempt, clerks) -> None:
    first, second = clerks
    refund = by_transfer(first)
    actions.give_account(refund_id=refund.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM payments_refund")
        assert "0012345" not in cursor.fetchone()[0]
    actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(), actor=second, at=NOON)
    assert actions.forget_accounts(actor=SYSTEM, at=NOON + timedelta(days=90)) == 0
    assert actions.forget_accounts(actor=SYSTEM, at=NOON + timedelta(days=91)) == 1
    assert Refund.objects.get().account == ""


@pytest.mark.parametrize("amount", [0, FEE + 1])
def test_nothing_and_too_much_are_refused(settled: Attempt, amount: int) -> None:
    with pytest.raises(Refused):
        asked(amount)


def test_one_refund_of_an_order_at_a_time(settled: Attempt) -> None:
    asked(1000)
    with pytest.raises(Refused, match="手続き中"):
        asked(1000)


def test_an_unpaid_order_has_nothing_to_give_back(attempt: Attempt) -> None:
    with pytest.raises(Refused):
        asked()


def test_refused_with_a_reason_the_payment_stands_as_before(settled: Attempt) -> None:
    refund = asked(1000)
    with pytest.raises(Refused):
        actions.refuse_refund(refund_id=refund.pk, note=" ", actor=SYSTEM, at=NOON)
    actions.refuse_refund(refund_id=refund.pk, note="規約により", actor=SYSTEM, at=NOON)
    assert standing() == (PaymentState.SETTLED, AttemptState.PAID, FEE)
    assert AuditEntry.objects.filter(action="refund.refused").exists()


def test_money_that_came_after_cancelling_is_given_back_and_the_payment_stays_cancelled(attempt: Attempt, gateway: FakeGateway) -> None:
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=NOON)
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    approved(asked(order_id=attempt.order_id))
    carry_out()
    assert standing() == (PaymentState.CANCELLED, AttemptState.REFUNDED, 0)


def test_money_paid_twice_is_given_back_from_its_own_order_and_the_payment_stays_settled(settled: Attempt, gateway: FakeGateway) -> None:
    second = AttemptFactory(payment=settled.payment, state=AttemptState.VOIDED)
    gateway.says(second.order_id, Status.PAID)
    learn(second, paid())
    approved(asked(order_id=second.order_id))
    carry_out()
    second.refresh_from_db()
    assert (Payment.objects.get().state, second.state) == (PaymentState.SETTLED, AttemptState.REFUNDED)
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == FEE


def test_the_handling_fee_is_kept_unless_the_office_says_otherwise(settled: Attempt) -> None:
    refund = asked(FEE - 182, handling=182)
    approved(refund)
    carry_out()
    assert standing() == (PaymentState.REFUNDED, AttemptState.PAID, 182)
    assert mailed("refunded")["handling"] == 0


def test_the_office_gives_the_handling_fee_back_too_and_the_mail_and_the_trail_name_it(settled: Attempt) -> None:
    refund = actions.approve_refund(refund_id=asked(FEE - 182, handling=182).pk, note="", with_handling=True, actor=SYSTEM, at=NOON)
    assert (refund.amount, refund.handling_returned) == (FEE, True)
    carry_out()
    assert standing() == (PaymentState.REFUNDED, AttemptState.REFUNDED, 0)
    assert (mailed("refunded")["amount"], mailed("refunded")["handling"]) == (FEE, 182)
    assert AuditEntry.objects.get(action="refund.approved").detail["handling_returned"] is True


def test_no_more_handling_fee_is_offered_than_the_order_still_holds(settled: Attempt) -> None:
    assert asked(FEE - 100, handling=182).handling == 100


def test_the_handling_fee_is_not_promised_when_the_order_has_given_it_back_meanwhile(settled: Attempt) -> None:
    refund = asked(FEE - 182, handling=182)
    LedgerLine.objects.create(payment=refund.payment, attempt=settled, kind="refund", amount=-100, reference="by hand", at=NOON)
    with pytest.raises(Refused):
        actions.approve_refund(refund_id=refund.pk, note="", with_handling=True, actor=SYSTEM, at=NOON)
    assert Refund.objects.get().state == RefundState.REQUESTED


class TestPages:
    """The member's page, and the office's."""

    def test_the_member_gives_the_account_on_a_page_of_their_own(self, cast: Cast, settled: Attempt, clerks) -> None:
        refund = by_transfer(clerks[0])
        aya, url = Client(), f"/payments/{settled.payment_id}/refund/"
        aya.force_login(cast.aya.user)
        assert "3,812円" in aya.get(url).content.decode()
        typed = {**ACCOUNT, "number": "１２３４－５", "holder": "ﾔﾏﾀﾞ ｱﾔ"}
        assert aya.post(url, typed).status_code == 302
        refund.refresh_from_db()
        assert '"number": "0012345"' in refund.account
        assert "ヤマダ アヤ" in refund.account

    @pytest.mark.parametrize(("field", "typed"), [("number", "12345678"), ("number", "abc"), ("holder", "山田 あや"), ("bank", "")])
    def test_a_wrong_field_says_so_and_keeps_what_was_typed(self, cast: Cast, settled: Attempt, clerks, field: str, typed: str) -> None:
        by_transfer(clerks[0])
        aya = Client()
        aya.force_login(cast.aya.user)
        page = aya.post(f"/payments/{settled.payment_id}/refund/", {**ACCOUNT, field: typed})
        assert (page.status_code, page.context["form"].errors.keys()) == (200, {field})
        assert "001" in page.content.decode()

    def test_strangers_and_payments_without_a_transfer_have_no_such_page(self, cast: Cast, settled: Attempt, clerks) -> None:
        aya, ben, url = Client(), Client(), f"/payments/{settled.payment_id}/refund/"
        aya.force_login(cast.aya.user)
        ben.force_login(cast.ben.user)
        assert aya.get(url).status_code == 404
        by_transfer(clerks[0])
        assert (aya.get(url).status_code, ben.get(url).status_code) == (200, 404)

    @pytest.mark.parametrize(("ticked", "amount"), [({}, FEE - 182), ({"with_handling": "on"}, FEE)])
    def test_the_office_ticks_whether_the_handling_fee_goes_back_too(self, cast: Cast, settled: Attempt, ticked: dict, amount: int) -> None:
        refund, office = asked(FEE - 182, handling=182), cast.client(cast.office)
        url = f"/admin/payments/refund/{refund.pk}/change/"
        assert "手数料 182円も返す" in office.get(url).content.decode()
        assert office.post(url, {"decision": "approve", "words": "", **ticked}).status_code == 302
        refund.refresh_from_db()
        assert (refund.state, refund.amount) == (RefundState.APPROVED, amount)
        assert "手数料 182円も返す" not in office.get(url).content.decode()


def test_who_proposed_a_refund_does_not_turn_it_into_a_transfer_either(settled, clerks):
    first, second = clerks
    refund = actions.request_refund(payment_id=Payment.objects.get().pk, amount=FEE, rule=RULE, actor=first, at=NOON)
    Refund.objects.filter(pk=refund.pk).update(state=RefundState.APPROVED, approved_by=second.user_id, due_at=None)
    with pytest.raises(Refused) as refused:
        actions.change_to_transfer(refund_id=refund.pk, actor=first, at=NOON)
    assert refused.value.code == "own_proposal"
    assert actions.change_to_transfer(refund_id=refund.pk, actor=second, at=NOON).way == RefundWay.TRANSFER

"""Money that has no place finds one: given back, or accepted late; never silently (money.md, "Payment")."""

import json

import pytest

from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Face, Viewer
from payments import actions, queries, rules
from payments.actions.troubles import open_trouble
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.queries.locking import booked_of
from payments.rules import Found, Verdict
from payments.states import AttemptState, PaymentState, TroubleKind
from tests.cast import Cast, office_viewer
from tests.factories.members import UserFactory
from tests.factories.payments import FEE, NOON, AttemptFactory, PaymentFactory
from tests.payments.steps import CLOSED, learn, paid


def came_late(attempt: Attempt, state: str, amount: int = FEE) -> Trouble:
    """Money for a payment that is over."""
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.EXPIRED)
    Payment.objects.update(state=state)
    attempt.refresh_from_db()
    learn(attempt, paid(amount))
    return Trouble.objects.get()


def test_late_money_for_an_expired_fee_can_be_accepted_and_opens_what_waited(attempt: Attempt, opened: list[int]) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    assert opened == []
    actions.reinstate(trouble_id=trouble.pk, resolution="期限後の入金を承認", actor=SYSTEM, at=NOON)
    payment = Payment.objects.get()
    assert (payment.state, payment.settled_at, opened) == (PaymentState.SETTLED, NOON, [payment.pk])
    trouble.refresh_from_db()
    assert trouble.resolution == "期限後の入金を承認"
    move = payment.moves.latest("pk")
    assert (move.cause, move.evidence["order"]) == ("office", attempt.order_id)


@pytest.mark.parametrize("again", ["reinstate", "give_back"])
def test_accepted_once_it_can_neither_be_accepted_nor_resolved_again(attempt: Attempt, opened: list[int], again: str) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    if again == "reinstate":
        with pytest.raises(Refused):
            actions.reinstate(trouble_id=trouble.pk, resolution="再度", actor=SYSTEM, at=NOON)
    assert len(opened) == 1
    trouble.refresh_from_db()
    assert trouble.resolution == "承認"


def test_money_for_a_cancelled_payment_cannot_be_accepted_but_given_back(attempt: Attempt, opened: list[int]) -> None:
    trouble = came_late(attempt, PaymentState.CANCELLED)
    with pytest.raises(Refused):
        actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    refund = actions.give_back(trouble_id=trouble.pk, resolution="取消後の入金", actor=SYSTEM, at=NOON)
    assert (refund.amount, refund.attempt, Payment.objects.get().state) == (FEE, attempt, PaymentState.CANCELLED)
    assert "取消後の入金" in refund.rule
    trouble.refresh_from_db()
    assert trouble.resolved_at == NOON
    assert opened == []


def test_another_sum_than_was_owed_cannot_be_accepted(attempt: Attempt) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED, FEE - 1)
    with pytest.raises(Refused):
        actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    assert actions.give_back(trouble_id=trouble.pk, resolution="不足", actor=SYSTEM, at=NOON).amount == FEE - 1


def test_money_paid_twice_is_given_back_from_the_order_it_came_on(attempt: Attempt) -> None:
    learn(attempt, paid())
    second = AttemptFactory(payment=attempt.payment, state=AttemptState.VOIDED)
    learn(second, paid())
    actions.give_back(trouble_id=Trouble.objects.get().pk, resolution="二重払い", actor=SYSTEM, at=NOON)
    assert Refund.objects.get().attempt == second
    assert Payment.objects.get().state == PaymentState.SETTLED


def test_an_entry_without_an_order_of_ours_has_no_money_to_give_back(cast) -> None:
    trouble = Trouble.objects.create(kind="unknown_order", key="x", opened_at=NOON)
    with pytest.raises(Refused):
        actions.give_back(trouble_id=trouble.pk, resolution="?", actor=SYSTEM, at=NOON)


def test_late_money_that_is_too_much_is_accepted_and_the_rest_asked_back_at_once(attempt: Attempt, opened: list[int]) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED, FEE + 100)
    actions.reinstate(trouble_id=trouble.pk, resolution="承認", actor=SYSTEM, at=NOON)
    refund = Refund.objects.get()
    assert (refund.amount, refund.surplus, Payment.objects.get().state) == (100, True, PaymentState.SETTLED)
    assert opened == [attempt.payment_id]


def test_ways_out_and_stories_are_the_office_s(attempt: Attempt, cast: Cast) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    aya = Viewer(face=Face.MEMBER, member_id=cast.aya.pk)
    assert queries.ways_out(SYSTEM, trouble.pk).free == FEE
    assert queries.story_of(SYSTEM, attempt.payment_id)
    assert queries.story_of(aya, attempt.payment_id) == []
    with pytest.raises(NotFound):
        queries.ways_out(aya, trouble.pk)


def test_while_a_refund_is_under_way_no_other_way_out_is_offered(attempt: Attempt) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    PaymentFactory(member=attempt.payment.member)
    actions.request_refund(payment_id=attempt.payment_id, amount=1, rule="r", order_id=attempt.order_id, actor=SYSTEM, at=NOON)
    found = queries.ways_out(SYSTEM, trouble.pk)
    assert (found.promised, found.reinstates, found.targets, found.give_back) == (True, None, [], 0)


def test_money_given_back_at_the_gateway_without_us_is_booked_as_gone(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, paid(FEE - 1000))
    trouble = Trouble.objects.get(kind="refunded_outside")
    found = queries.ways_out(SYSTEM, trouble.pk)
    assert (found.missing, found.give_back, found.targets) == (1000, 0, [])
    actions.book_outside(trouble_id=trouble.pk, resolution="管理画面から返金", actor=SYSTEM, at=NOON)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount, booked_of(attempt)) == ("done", 1000, FEE - 1000)
    assert Payment.objects.get().state == PaymentState.REFUNDED
    assert queries.ways_out(SYSTEM, trouble.pk).missing == 0
    with pytest.raises(Refused):
        actions.book_outside(trouble_id=trouble.pk, resolution="再度", actor=SYSTEM, at=NOON)


def test_a_whole_reversal_at_the_gateway_is_booked_as_gone_and_pays_nothing_out_again(attempt: Attempt) -> None:
    learn(attempt, paid())
    asked = actions.request_refund(payment_id=attempt.payment_id, amount=1000, rule="取消", actor=SYSTEM, at=NOON)
    Refund.objects.update(way="transfer")
    # GMO keeps the sum of the charge in its reply to a reversed trade.
    learn(attempt, Found(status="refunded", amount=FEE, currency="JPN"))
    with pytest.raises(Refused, match="もうありません"):
        actions.approve_refund(refund_id=asked.pk, note="", actor=SYSTEM, at=NOON)
    actions.refuse_refund(refund_id=asked.pk, note="返金済み", actor=SYSTEM, at=NOON)
    trouble = Trouble.objects.get(kind="refunded_outside")
    assert (trouble.detail["found"], queries.ways_out(SYSTEM, trouble.pk).missing) == (0, FEE)
    actions.book_outside(trouble_id=trouble.pk, resolution="管理画面で取消", actor=SYSTEM, at=NOON)
    assert (booked_of(attempt), Payment.objects.get().state) == (0, PaymentState.REFUNDED)
    assert learn(attempt, Found(status="refunded", amount=FEE, currency="JPN")) is Verdict.NOTHING


def test_what_was_paid_again_after_an_entry_is_not_booked_as_gone(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, paid(FEE - 1000))
    learn(attempt, paid(2 * FEE - 1000))
    outside = Trouble.objects.get(kind="refunded_outside")
    assert queries.ways_out(SYSTEM, outside.pk).missing == 0
    with pytest.raises(Refused):
        actions.book_outside(trouble_id=outside.pk, resolution="管理画面から返金", actor=SYSTEM, at=NOON)
    assert booked_of(attempt) == 2 * FEE - 1000


@pytest.mark.parametrize(("sent", "left"), [(1000, FEE - 1000), (FEE, 0)])
def test_what_we_transferred_and_the_gateway_gave_back_too_is_booked_once_and_told_as_gone_twice(
    attempt: Attempt, cast: Cast, sent: int, left: int
) -> None:
    learn(attempt, paid())
    asked = actions.request_refund(payment_id=attempt.payment_id, amount=sent, rule="取消", actor=SYSTEM, at=NOON)
    Refund.objects.update(way="transfer", state="approved", account="{}", approved_by=cast.office)
    second = office_viewer(UserFactory(is_staff=True).pk)
    actions.confirm_transfer(refund_id=asked.pk, reference="T-1", seen=rules.fingerprint("{}"), actor=second, at=NOON)
    learn(attempt, Found(status="refunded", amount=FEE, currency="JPN"))
    trouble = Trouble.objects.get(kind="refunded_outside")
    found = queries.ways_out(SYSTEM, trouble.pk)
    assert (found.missing, found.twice) == (left, sent)
    if left:
        actions.book_outside(trouble_id=trouble.pk, resolution="会員へ返還を依頼", actor=SYSTEM, at=NOON)
        assert AuditEntry.objects.get(action="payment.given_back_twice").detail["amount"] == sent
    else:
        actions.resolve_trouble(trouble_id=trouble.pk, resolution="会員へ返還を依頼", actor=SYSTEM, at=NOON)
    assert booked_of(attempt) == 0
    assert not Trouble.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize(("closes", "closed"), [(True, 1), (False, 0)])
def test_when_all_of_a_settled_fee_has_gone_the_office_decides_whether_what_it_was_for_ends(attempt: Attempt, closes: bool, closed: int) -> None:
    learn(attempt, paid())
    learn(attempt, Found(status="refunded", amount=FEE, currency="JPN"))
    trouble = Trouble.objects.get()
    assert queries.ways_out(SYSTEM, trouble.pk).ends == f"THING-{attempt.payment.subject_id}"
    actions.book_outside(trouble_id=trouble.pk, resolution="全額取消", actor=SYSTEM, at=NOON, closes=closes)
    assert len(CLOSED) == closed
    assert AuditEntry.objects.get(action="payment.unsettled").detail["closes"] is closes


def test_a_part_that_went_back_ends_nothing(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, paid(1))
    trouble = Trouble.objects.get()
    assert queries.ways_out(SYSTEM, trouble.pk).ends == ""
    actions.book_outside(trouble_id=trouble.pk, resolution="一部取消", actor=SYSTEM, at=NOON, closes=True)
    assert CLOSED == []


def test_money_that_rightly_settled_is_not_offered_to_be_given_back(attempt: Attempt) -> None:
    learn(attempt, paid())
    trouble = open_trouble(kind=TroubleKind.AMOUNT_DIFFERS, key="x", detail={}, payment=attempt.payment, attempt=attempt, actor=SYSTEM, at=NOON)
    assert queries.ways_out(SYSTEM, trouble.pk).give_back == 0
    with pytest.raises(Refused):
        actions.give_back(trouble_id=trouble.pk, resolution="返金", actor=SYSTEM, at=NOON)
    actions.resolve_trouble(trouble_id=trouble.pk, resolution="誤報", actor=SYSTEM, at=NOON)


def test_words_alone_never_take_money_without_a_place_off_the_list(attempt: Attempt) -> None:
    trouble = came_late(attempt, PaymentState.EXPIRED)
    with pytest.raises(Refused, match="3812"):
        actions.resolve_trouble(trouble_id=trouble.pk, resolution="確認中", actor=SYSTEM, at=NOON)
    refund = actions.give_back(trouble_id=trouble.pk, resolution="返金", actor=SYSTEM, at=NOON)
    trouble.refresh_from_db()
    assert trouble.resolved_at
    actions.refuse_refund(refund_id=refund.pk, note="やり直し", actor=SYSTEM, at=NOON)
    trouble.refresh_from_db()
    assert trouble.resolved_at is None
    assert queries.ways_out(SYSTEM, trouble.pk).give_back == FEE


def test_words_alone_never_hide_money_that_went_without_us(attempt: Attempt) -> None:
    learn(attempt, paid())
    learn(attempt, paid(FEE - 1000))
    trouble = Trouble.objects.get()
    with pytest.raises(Refused, match="1000"):
        actions.resolve_trouble(trouble_id=trouble.pk, resolution="確認中", actor=SYSTEM, at=NOON)


class TestAssigning:
    """Money of one payment used for another of the same member."""

    @pytest.fixture
    def doubled(self, attempt: Attempt) -> Trouble:
        """Aya has paid her fee a second time, on a second order."""
        learn(attempt, paid())
        second = AttemptFactory(payment=attempt.payment, state=AttemptState.VOIDED)
        learn(second, paid())
        return Trouble.objects.get(attempt=second)

    def assign(self, trouble: Trouble, other: Payment, resolution: str = "次の会費に充当") -> Payment:
        return actions.assign(trouble_id=trouble.pk, payment_id=other.pk, resolution=resolution, actor=SYSTEM, at=NOON)

    def test_it_settles_the_other_payment_and_names_order_and_trouble(self, doubled: Trouble, opened: list[int]) -> None:
        other = PaymentFactory(member=doubled.payment.member)
        self.assign(doubled, other)
        other.refresh_from_db()
        assert (other.state, other.settled_at, other.settled_method) == (PaymentState.SETTLED, NOON, "card")
        assert opened == [doubled.payment_id, other.pk]
        evidence = other.moves.get().evidence
        assert (evidence["order"], evidence["trouble"]) == (doubled.attempt.order_id, doubled.pk)
        doubled.refresh_from_db()
        assert doubled.resolution == "次の会費に充当"
        assert AuditEntry.objects.filter(action="payment.assigned", member_id=other.member_id).count() == 1

    def test_the_ledger_gets_two_lines_on_the_same_order_whose_sum_stays(self, doubled: Trouble) -> None:
        other = PaymentFactory(member=doubled.payment.member)
        self.assign(doubled, other)
        lines = LedgerLine.objects.filter(attempt=doubled.attempt).order_by("pk").values_list("payment_id", "kind", "amount")
        source = doubled.payment_id
        assert list(lines) == [(source, "money_in", FEE), (source, "assigned_out", -FEE), (other.pk, "assigned_in", FEE)]
        assert booked_of(doubled.attempt) == FEE

    def test_the_mail_says_where_the_money_came_from(self, doubled: Trouble) -> None:
        other = PaymentFactory(member=doubled.payment.member)
        self.assign(doubled, other)
        mail = OutboxMessage.objects.get(key__startswith=f"payment-settled:{other.pk}:")
        assert json.loads(mail.context)["source"] == doubled.payment.title_ja

    def test_what_is_left_over_is_asked_back_at_once(self, doubled: Trouble) -> None:
        self.assign(doubled, PaymentFactory(member=doubled.payment.member, total=3000))
        refund = Refund.objects.get()
        assert (refund.amount, refund.payment_id, refund.attempt, refund.surplus) == (812, doubled.payment_id, doubled.attempt, True)

    def test_less_than_the_other_payment_is_refused_with_both_sums(self, doubled: Trouble) -> None:
        other = PaymentFactory(member=doubled.payment.member, total=FEE + 1)
        with pytest.raises(Refused, match=r"3812円.*3813円"):
            self.assign(doubled, other)
        other.refresh_from_db()
        assert other.state == PaymentState.OWED

    @pytest.mark.parametrize("state", [PaymentState.CANCELLED, PaymentState.SETTLED, PaymentState.REFUNDED])
    def test_what_is_no_longer_open_takes_no_money(self, doubled: Trouble, state: str) -> None:
        with pytest.raises(Refused):
            self.assign(doubled, PaymentFactory(member=doubled.payment.member, state=state))

    @pytest.mark.parametrize("state", [PaymentState.OWED, PaymentState.EXPIRED, PaymentState.STARTED, PaymentState.AWAITING])
    def test_everything_open_does(self, doubled: Trouble, state: str) -> None:
        assert self.assign(doubled, PaymentFactory(member=doubled.payment.member, state=state)).state == PaymentState.SETTLED

    def test_nobody_pays_for_somebody_else(self, doubled: Trouble, cast: Cast) -> None:
        with pytest.raises(Refused, match="同じ会員"):
            self.assign(doubled, PaymentFactory(member=cast.ben))

    def test_a_payment_under_examination_takes_no_money(self, doubled: Trouble) -> None:
        other = PaymentFactory(member=doubled.payment.member)
        Trouble.objects.create(kind="amount_differs", key="x", payment=other, opened_at=NOON)
        with pytest.raises(Refused):
            self.assign(doubled, other)

    def test_money_that_settled_its_payment_has_its_place(self, attempt: Attempt, opened: list[int]) -> None:
        learn(attempt, paid())
        trouble = Trouble.objects.create(kind="refunded_outside", key="x", payment=attempt.payment, attempt=attempt, opened_at=NOON)
        with pytest.raises(Refused):
            self.assign(trouble, PaymentFactory(member=attempt.payment.member))
        assert opened == [attempt.payment_id]

    @pytest.mark.parametrize("way", ["assign", "reinstate"])
    def test_money_that_is_promised_back_can_be_used_for_nothing_else(self, attempt: Attempt, way: str) -> None:
        trouble = came_late(attempt, PaymentState.EXPIRED)
        other = PaymentFactory(member=attempt.payment.member)
        actions.give_back(trouble_id=trouble.pk, resolution="返金", actor=SYSTEM, at=NOON)
        more = {"payment_id": other.pk} if way == "assign" else {}
        with pytest.raises(Refused, match="手続き中"):
            getattr(actions, way)(trouble_id=trouble.pk, resolution="充当", actor=SYSTEM, at=NOON, **more)

    def test_it_is_used_once(self, doubled: Trouble, opened: list[int]) -> None:
        self.assign(doubled, PaymentFactory(member=doubled.payment.member))
        with pytest.raises(Refused):
            self.assign(doubled, PaymentFactory(member=doubled.payment.member))
        assert len(opened) == 2

    def test_given_back_later_it_goes_through_the_order_it_came_on(self, doubled: Trouble) -> None:
        other = self.assign(doubled, PaymentFactory(member=doubled.payment.member))
        refund = actions.request_refund(payment_id=other.pk, amount=FEE, rule="取消", actor=SYSTEM, at=NOON)
        assert refund.attempt == doubled.attempt
        actions.approve_refund(refund_id=refund.pk, note="", actor=SYSTEM, at=NOON)
        learn(doubled.attempt, Found(status="refunded", amount=0))
        other.refresh_from_db()
        doubled.payment.refresh_from_db()
        assert (other.state, doubled.payment.state) == (PaymentState.REFUNDED, PaymentState.SETTLED)
        assert booked_of(doubled.attempt) == 0

    def test_what_went_without_us_after_it_was_used_is_booked_where_the_money_stands(self, doubled: Trouble) -> None:
        other = self.assign(doubled, PaymentFactory(member=doubled.payment.member))
        learn(doubled.attempt, paid(FEE - 1000))
        trouble = Trouble.objects.get(kind="refunded_outside")
        actions.book_outside(trouble_id=trouble.pk, resolution="管理画面から返金", actor=SYSTEM, at=NOON)
        other.refresh_from_db()
        assert (booked_of(doubled.attempt), other.state) == (FEE - 1000, PaymentState.REFUNDED)


def test_money_that_the_gateway_holds_no_more_is_neither_accepted_nor_assigned_nor_given_back(attempt: Attempt) -> None:
    learn(attempt, paid(2 * FEE))
    learn(attempt, paid(2 * FEE - 1000))
    differs = Trouble.objects.get(kind="amount_differs")
    found = queries.ways_out(SYSTEM, differs.pk)
    assert (found.gone, found.reinstates, found.targets, found.give_back) == (True, None, [], 0)
    told = {"trouble_id": differs.pk, "resolution": "確認済み", "actor": SYSTEM, "at": NOON}
    for act in (actions.reinstate, actions.give_back):
        with pytest.raises(Refused, match="もうありません"):
            act(**told)
    actions.book_outside(**told | {"trouble_id": Trouble.objects.get(kind="refunded_outside").pk})
    assert queries.ways_out(SYSTEM, differs.pk).reinstates == attempt.payment


def test_what_goes_without_us_twice_is_listed_twice(attempt: Attempt) -> None:
    learn(attempt, paid())
    for _round in range(2):
        learn(attempt, paid(FEE - 1000))
        outside = Trouble.objects.get(kind="refunded_outside")
        assert outside.resolved_at is None
        actions.book_outside(trouble_id=outside.pk, resolution="管理画面から返金", actor=SYSTEM, at=NOON)
        learn(attempt, paid())
    assert AuditEntry.objects.filter(action="trouble.reopened").count() == 1

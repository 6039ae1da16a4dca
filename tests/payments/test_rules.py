"""What the gateway's word means for an attempt and its payment, without database or clock."""

from datetime import timedelta

import pytest
from django.utils import translation

from payments import rules
from payments.rules import Found, Standing, Verdict, decide
from payments.states import LIVE, AttemptState, PaymentState, Purpose, TroubleKind
from tests.factories.payments import FEE, NOON

A, P, T, V = AttemptState, PaymentState, TroubleKind, Verdict


def judged(payment: str, attempt: str, found: Found, booked: int = 0, held: bool = False) -> tuple[Verdict, TroubleKind | None]:
    decision = decide(Standing(payment, attempt, FEE, booked, held), found)
    return decision.verdict, decision.trouble


def money(amount: int | None = FEE, currency: str = "JPN") -> Found:
    return Found(status="paid", amount=amount, currency=currency)


@pytest.mark.parametrize("attempt", [*LIVE, A.FAILED, A.EXPIRED, A.VOIDED])
@pytest.mark.parametrize("payment", [P.OWED, P.STARTED, P.AWAITING])
def test_the_exact_money_settles_what_is_owed_even_late_on_an_attempt_given_up(payment: str, attempt: str) -> None:
    assert judged(payment, attempt, money()) == (V.SETTLE, None)


@pytest.mark.parametrize(
    ("payment", "trouble"),
    [
        (P.CANCELLED, T.NOT_PAYABLE), (P.EXPIRED, T.NOT_PAYABLE), (P.SETTLED, T.PAID_TWICE),
        (P.REFUND_REQUESTED, T.PAID_TWICE), (P.REFUNDED, T.PAID_TWICE),
    ],
)  # fmt: skip
def test_money_that_nobody_owes_any_more_is_booked_and_goes_to_the_office(payment: str, trouble: str) -> None:
    assert judged(payment, A.OPEN, money()) == (V.BOOK_ONLY, trouble)


def test_another_sum_is_booked_but_never_settles() -> None:
    assert judged(P.STARTED, A.OPEN, money(FEE + 1)) == (V.BOOK_ONLY, T.AMOUNT_DIFFERS)


@pytest.mark.parametrize("found", [money(None), money(0), money(FEE, "USD"), money(FEE, "")])
def test_money_that_is_no_yen_sum_is_not_booked(found: Found) -> None:
    assert judged(P.STARTED, A.OPEN, found) == (V.TROUBLE, T.AMOUNT_DIFFERS)


@pytest.mark.parametrize("currency", ["JPN", "JPY"])
def test_yen_has_two_names(currency: str) -> None:
    assert judged(P.STARTED, A.OPEN, money(FEE, currency)) == (V.SETTLE, None)


def test_a_payment_on_hold_does_not_settle() -> None:
    assert judged(P.STARTED, A.OPEN, money(), held=True) == (V.NOTHING, None)


def test_a_hold_keeps_no_money_out_of_the_ledger_that_settles_nothing_anyway() -> None:
    assert judged(P.CANCELLED, A.VOIDED, money(), held=True) == (V.BOOK_ONLY, T.NOT_PAYABLE)
    assert judged(P.STARTED, A.OPEN, money(FEE + 1), held=True) == (V.BOOK_ONLY, T.AMOUNT_DIFFERS)


def test_money_that_is_in_the_ledger_already_changes_nothing() -> None:
    assert judged(P.SETTLED, A.PAID, money(), booked=FEE) == (V.NOTHING, None)


def test_a_gateway_that_holds_another_sum_than_the_ledger_is_reported() -> None:
    assert judged(P.SETTLED, A.PAID, money(3000), booked=FEE) == (V.TROUBLE, T.REFUNDED_OUTSIDE)
    assert judged(P.SETTLED, A.PAID, money(4000), booked=FEE) == (V.BOOK_MORE, T.PAID_TWICE)


def test_what_was_given_back_without_us_is_reported_and_a_live_attempt_is_over() -> None:
    back = Found(status="refunded", amount=FEE)
    assert judged(P.SETTLED, A.PAID, back, booked=FEE) == (V.TROUBLE, T.REFUNDED_OUTSIDE)
    assert judged(P.STARTED, A.OPEN, back) == (V.VOID, T.REFUNDED_OUTSIDE)
    assert judged(P.REFUNDED, A.REFUNDED, back) == (V.NOTHING, None)


@pytest.mark.parametrize("attempt", LIVE)
@pytest.mark.parametrize(("status", "verdict"), [("failed", V.FAIL), ("expired", V.EXPIRE), ("cancelled", V.VOID)])
def test_an_end_at_the_gateway_ends_a_live_attempt(attempt: str, status: str, verdict: Verdict) -> None:
    assert judged(P.STARTED, attempt, Found(status=status)) == (verdict, None)


@pytest.mark.parametrize("status", ["failed", "expired", "cancelled", "awaiting", "started", "not_started", "unknown"])
@pytest.mark.parametrize("attempt", [A.PAID, A.FAILED, A.EXPIRED, A.VOIDED, A.REFUNDED])
def test_old_news_changes_nothing(attempt: str, status: str) -> None:
    assert judged(P.SETTLED, attempt, Found(status=status)) == (V.NOTHING, None)


def test_a_declined_card_leaves_the_attempt_open_for_another() -> None:
    assert judged(P.STARTED, A.OPEN, Found(status="started")) == (V.NOTHING, None)


def test_a_slip_is_issued_once() -> None:
    assert judged(P.STARTED, A.OPEN, Found(status="awaiting")) == (V.AWAIT, None)
    assert judged(P.AWAITING, A.AWAITING, Found(status="awaiting")) == (V.NOTHING, None)


@pytest.mark.parametrize(
    ("state", "purpose", "held", "message"),
    [
        (P.OWED, Purpose.MEMBERSHIP_FEE, False, None),
        (P.STARTED, Purpose.TOPUP_PREMIUM, False, None),
        (P.AWAITING, Purpose.MEMBERSHIP_FEE, False, None),
        (P.EXPIRED, Purpose.MEMBERSHIP_FEE, False, None),
        (P.EXPIRED, Purpose.TOPUP_PREMIUM, False, "This can no longer be paid."),
        (P.CANCELLED, Purpose.MEMBERSHIP_FEE, False, "This can no longer be paid."),
        (P.SETTLED, Purpose.MEMBERSHIP_FEE, True, "This has been paid already."),
    ],
)
def test_who_cannot_pay_is_told_why(state: str, purpose: str, held: bool, message: str | None) -> None:
    with translation.override("en"):
        refusal = rules.refusal_to_pay(state=state, purpose=purpose, held=held)
    assert (refusal.message if refusal else None) == message


def test_nobody_pays_again_while_the_office_looks_at_money_that_came() -> None:
    with translation.override("en"):
        refusal = rules.refusal_to_pay(state=P.STARTED, purpose=Purpose.MEMBERSHIP_FEE, held=True)
    assert refusal and "do not pay again" in refusal.message


def test_an_order_id_fits_the_gateway_for_billions_of_payments() -> None:
    assert rules.order_id(7, 2, "a1b2c3") == "P7-2-a1b2c3"
    assert len(rules.order_id(99_999_999_999_999, 99, "a1b2c3")) <= 27


@pytest.mark.parametrize(
    ("state", "link", "minutes", "usable"),
    [(A.OPEN, "x", 6, True), (A.AWAITING, "x", 6, True), (A.OPEN, "x", 4, False), (A.OPEN, "", 6, False), (A.UNKNOWN, "x", 6, False)],
)
def test_a_link_takes_people_back_while_there_is_time_to_type(state: str, link: str, minutes: int, usable: bool) -> None:
    assert rules.may_reuse(state=state, link=link, expires_at=NOON + timedelta(minutes=minutes), at=NOON) is usable


def test_a_link_is_closed_an_hour_after_its_term_but_a_slip_has_a_term_of_its_own() -> None:
    ago = NOON - timedelta(minutes=61)
    assert rules.is_link_over(state=A.OPEN, expires_at=ago, at=NOON)
    assert not rules.is_link_over(state=A.OPEN, expires_at=ago + timedelta(minutes=2), at=NOON)
    assert not rules.is_link_over(state=A.AWAITING, expires_at=ago, at=NOON)
    assert not rules.is_link_over(state=A.PAID, expires_at=ago, at=NOON)


@pytest.mark.parametrize("payment", PaymentState)
def test_a_live_order_of_a_payment_that_waits_for_nothing_is_unwanted(payment: str) -> None:
    assert rules.is_unwanted(attempt=A.OPEN, payment=payment) is (payment not in {P.STARTED, P.AWAITING})
    assert not rules.is_unwanted(attempt=A.VOIDED, payment=payment)


def test_a_notice_of_money_must_name_a_sum_that_the_order_was_asked_for_or_has_stood_at() -> None:
    right = {"paid": True, "total": FEE, "currency": "JPN", "expected": {FEE, 1000}}
    assert not rules.notice_disagrees(**right | {"total": 1000})
    assert not rules.notice_disagrees(**right)
    assert rules.notice_disagrees(**right | {"total": FEE + 1})
    assert rules.notice_disagrees(**right | {"total": None})
    assert rules.notice_disagrees(**right | {"currency": ""})
    assert not rules.notice_disagrees(**right | {"paid": False, "total": 1})

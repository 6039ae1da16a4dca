"""What every gateway must do, played against Stripe's side over HTTP, with events signed as Stripe signs them."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from payments.gateways.base import GatewayMisconfigured, GatewayRefused, GatewayUnknown, Hint, Link, LinkOrder, Method, Reason, Return, Status
from payments.gateways.registry import gateway as registered
from payments.gateways.stripe.adapter import StripeGateway
from payments.gateways.stripe.config import StripeConfig
from tests.payments.stripe_rig import KEY, SECRET, Books, signed, stripe_sandbox

FEE = 3812
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Books]]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def books(sandbox: tuple[str, Books]) -> Books:
    sandbox[1].fault = ""
    return sandbox[1]


@pytest.fixture
def gateway(sandbox: tuple[str, Books]) -> StripeGateway:
    return StripeGateway(StripeConfig(sandbox[0], KEY, SECRET))


def an_order(**changes: object) -> LinkOrder:
    values = {
        "order_id": f"P7-{next(NUMBERS)}-abcdef", "amount": FEE, "title": "OSSMA 会費", "return_url": "https://ossma.example/payments/return/",
        "expires_at": datetime.now(UTC) + timedelta(days=7), "methods": (Method.CARD, Method.KONBINI), "payer_mail": "aya@example.jp",
    }  # fmt: skip
    return LinkOrder(**values | changes)  # type: ignore[arg-type]


def asked(gateway: StripeGateway, link: Link):
    return gateway.query(link.order_id, reference=link.reference)


def test_a_link_leads_to_stripe_s_page_and_lives_for_less_than_a_day(gateway: StripeGateway) -> None:
    link = gateway.create_link(an_order())
    assert link.url.startswith("https://checkout.stripe.example/")
    assert link.reference.startswith("cs_test_")
    assert link.expires_at < datetime.now(UTC) + timedelta(hours=24)
    assert asked(gateway, link).status is Status.NOT_STARTED


def test_the_same_order_again_is_the_same_page_and_another_sum_under_its_name_is_refused(gateway: StripeGateway) -> None:
    order = an_order(expires_at=datetime.now(UTC) + timedelta(hours=5))
    assert gateway.create_link(order) == gateway.create_link(order)
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order(order_id=order.order_id, amount=FEE + 1, expires_at=order.expires_at))
    assert refused.value.reason is Reason.ORDER_USED


def test_a_good_card_pays_and_the_signed_event_says_so(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    notice = gateway.parse_notice(*books.events[-1], "203.0.113.9")
    assert (notice.order_id, notice.status, notice.total, notice.currency, notice.address_ok) == (link.order_id, Status.PAID, FEE, "JPY", True)
    state = asked(gateway, link)
    assert (state.status, state.amount, state.currency, state.method) == (Status.PAID, FEE, "JPY", Method.CARD)


def test_a_number_for_the_store_is_awaited_and_not_money_although_the_event_says_completed(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.konbini(link.order_id)
    assert gateway.parse_notice(*books.events[-1], "").status is Status.AWAITING
    state = asked(gateway, link)
    assert (state.status, state.method) == (Status.AWAITING, Method.KONBINI)
    assert state.slip
    assert (state.slip.receipt_number, state.slip.url) == ("654321", "https://pay.stripe.example/v/1")
    assert state.slip.pay_by
    books.till(link.order_id)
    assert gateway.parse_notice(*books.events[-1], "").status is Status.PAID
    assert asked(gateway, link).status is Status.PAID


def test_a_number_that_ran_out_has_expired(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.konbini(link.order_id)
    books.run_out(link.order_id)
    assert gateway.parse_notice(*books.events[-1], "").status is Status.FAILED
    assert asked(gateway, link).status is Status.EXPIRED


def test_a_page_that_ran_out_has_expired(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.run_out(link.order_id)
    assert (gateway.parse_notice(*books.events[-1], "").status, asked(gateway, link).status) == (Status.EXPIRED, Status.EXPIRED)


def test_a_cancelled_page_takes_no_money(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    assert gateway.cancel(link.order_id, reference=link.reference).closed
    books.card(link.order_id)
    assert asked(gateway, link).status is Status.EXPIRED
    assert gateway.cancel(link.order_id, reference=link.reference).closed


def test_a_number_that_was_issued_cannot_be_stopped_and_is_waited_for(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.konbini(link.order_id)
    result = gateway.cancel(link.order_id, reference=link.reference)
    assert (result.closed, result.state.status) == (False, Status.AWAITING)
    books.run_out(link.order_id)
    assert gateway.cancel(link.order_id, reference=link.reference).closed


def test_a_payment_faster_than_the_cancellation_is_told(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    result = gateway.cancel(link.order_id, reference=link.reference)
    assert (result.closed, result.state.status) == (False, Status.PAID)


def test_cancelling_what_stripe_never_heard_of_is_closed_too(gateway: StripeGateway) -> None:
    assert gateway.cancel("P0-0-never").closed


def test_a_link_that_was_made_without_an_answer_is_found_among_the_newest(gateway: StripeGateway, books: Books) -> None:
    order = an_order()
    books.fault = "breaks after work"
    with pytest.raises(GatewayUnknown):
        gateway.create_link(order)
    books.card(order.order_id)
    assert gateway.query(order.order_id).status is Status.PAID


def test_a_whole_refund_is_read_back_and_safe_to_repeat(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    for _ in range(2):
        result = gateway.refund(link.order_id, FEE, held=FEE, reference=link.reference)
        assert (result.held, result.state.status) == (0, Status.REFUNDED)


def test_a_refund_that_breaks_half_way_is_unknown_and_never_given_twice(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    asked(gateway, link)
    books.fault = "breaks after work"
    with pytest.raises(GatewayUnknown):
        gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference)
    assert gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference).held == FEE - 1000
    state = asked(gateway, link)
    assert (state.status, state.amount) == (Status.PAID, FEE - 1000)


def test_a_stored_failure_is_not_asked_for_again_all_day(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    for _ in range(3):
        books.fault = "breaks before work"
        with pytest.raises(GatewayUnknown):
            gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference)
    assert gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference).held == FEE - 1000
    assert asked(gateway, link).amount == FEE - 1000, "given back once"


def test_a_refund_that_the_bank_sent_back_can_be_made_again_the_same_day(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference)
    books.refund_fails(link.order_id, {"object": "refund", "amount": 1000})
    assert asked(gateway, link).amount == FEE
    assert gateway.refund(link.order_id, 1000, held=FEE, reference=link.reference).held == FEE - 1000


def test_a_stored_refusal_gives_way_once_its_reason_is_gone(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    charge = books.session_of(link.order_id)["payment_intent"]["latest_charge"]
    charge["disputed"] = True
    with pytest.raises(GatewayRefused):
        gateway.refund(link.order_id, FEE, held=FEE, reference=link.reference)
    charge["disputed"] = False
    assert gateway.refund(link.order_id, FEE, held=FEE, reference=link.reference).held == 0


@pytest.mark.parametrize("fault", ["breaks before work", "breaks after work"])
def test_a_stored_failure_keeps_no_page_from_being_made_and_none_is_made_twice(gateway: StripeGateway, books: Books, fault: str) -> None:
    order = an_order(expires_at=datetime.now(UTC) + timedelta(hours=5))
    books.fault = fault
    with pytest.raises(GatewayUnknown):
        gateway.create_link(order)
    assert gateway.create_link(order).url
    assert sum(session["client_reference_id"] == order.order_id for session in books.sessions.values()) == 1


@pytest.mark.parametrize(("amount", "held"), [(FEE + 1, FEE), (0, FEE + 5), (10, FEE - 500)])
def test_a_refund_of_what_is_not_held_is_refused(gateway: StripeGateway, books: Books, amount: int, held: int) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    with pytest.raises(GatewayRefused) as refused:
        gateway.refund(link.order_id, amount, held=held, reference=link.reference)
    assert refused.value.reason is Reason.WRONG_AMOUNT


def test_busy_may_be_asked_again_and_a_wrong_key_is_an_alarm(gateway: StripeGateway, books: Books, sandbox: tuple[str, Books]) -> None:
    books.fault = "busy"
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order())
    assert refused.value.retryable
    with pytest.raises(GatewayMisconfigured):
        StripeGateway(StripeConfig(sandbox[0], "sk_wrong", SECRET)).create_link(an_order())


def test_a_stripe_that_is_away_leaves_the_outcome_unknown() -> None:
    with pytest.raises(GatewayUnknown):
        StripeGateway(StripeConfig("http://127.0.0.1:9", KEY, SECRET)).query("P7-1-abcdef", reference="cs_1")


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_that_is_none_is_never_sent(gateway: StripeGateway, amount: int) -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order(amount=amount))
    assert refused.value.reason is Reason.WRONG_AMOUNT


def test_an_event_signed_by_a_stranger_or_changed_on_the_way_is_known_as_such(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    headers, body = books.events[-1]
    assert not gateway.parse_notice({"Stripe-Signature": signed(body, "whsec_other")}, body, "").address_ok
    assert not gateway.parse_notice(headers, body.replace(b"3812", b"9999"), "").address_ok
    assert not gateway.parse_notice({}, body, "").address_ok


@pytest.mark.parametrize(("minutes", "good"), [(0, True), (4, True), (-4, True), (6, False), (-6, False), (600, False)])
def test_a_signature_is_good_for_five_minutes_from_when_it_came_in(gateway: StripeGateway, books: Books, minutes: int, good: bool) -> None:
    link = gateway.create_link(an_order())
    books.card(link.order_id)
    _headers, body = books.events[-1]
    received = datetime(2026, 11, 21, 3, tzinfo=UTC)
    header = signed(body, moment=int((received - timedelta(minutes=minutes)).timestamp()))
    assert gateway.parse_notice({"Stripe-Signature": header}, body, "", received).address_ok is good


@pytest.mark.parametrize("header", ["t=,v1=00", "t=soon,v1=00", "v1=00", "t=99999999999,v1=00", "t=1,v0=00"])
def test_a_signature_that_is_none_is_none(gateway: StripeGateway, header: str) -> None:
    assert not gateway.parse_notice({"Stripe-Signature": header}, b"{}", "", datetime(2026, 11, 21, 3, tzinfo=UTC)).address_ok


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b'{"data": 1}', b'{"data": {"object": []}}', b'{"id": null}'])
def test_rubbish_is_read_as_nothing(gateway: StripeGateway, body: bytes) -> None:
    notice = gateway.parse_notice({}, body, "")
    assert (notice.order_id, notice.status, notice.address_ok) == ("", Status.UNKNOWN, False)


def test_the_same_event_twice_has_one_digest_and_two_events_have_two(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    books.konbini(link.order_id)
    books.till(link.order_id)
    first, second = (gateway.parse_notice(*event, "").digest for event in books.events[-2:])
    assert first == gateway.parse_notice(*books.events[-2], "").digest != second


def test_the_browser_s_return_names_the_order_and_resists_tampering(gateway: StripeGateway, books: Books) -> None:
    link = gateway.create_link(an_order())
    paid, left = (
        {name: values[0] for name, values in parse_qs(urlsplit(books.session_of(link.order_id)[url]).query).items()}
        for url in ("success_url", "cancel_url")
    )
    form = paid
    assert gateway.parse_return(paid) == Return(link.order_id)
    assert gateway.parse_return(left) == Return(link.order_id, Hint.UNPAID)
    assert gateway.parse_return({**paid, "hint": "unpaid"}) is None, "nobody makes our page say that nothing was paid"
    assert gateway.parse_return({**form, "order": "P8-1-abcdef"}) is None
    assert gateway.parse_return({"order": link.order_id}) is None
    assert gateway.parse_return({}) is None


def test_stores_take_no_sum_beyond_their_limits(gateway: StripeGateway) -> None:
    order = an_order(amount=300_001)
    request = gateway._request(order, order.expires_at)
    assert request["payment_method_types"] == ["card"]
    assert gateway._request(an_order(), order.expires_at)["payment_method_types"] == ["card", "konbini"]


def test_without_a_key_there_is_no_such_gateway(settings) -> None:
    settings.STRIPE_API_KEY = ""
    with pytest.raises(GatewayMisconfigured):
        registered("stripe")
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, SECRET
    assert isinstance(registered("stripe"), StripeGateway)

"""What every gateway must do, played against the real sandbox process over HTTP."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from payments.gateways.base import GatewayMisconfigured, GatewayRefused, GatewayUnknown, Hint, Link, LinkOrder, Method, Reason, Return, Status
from payments.gateways.gmo.adapter import GmoGateway
from payments.gateways.gmo.config import GmoConfig
from tests.payments.gateway_rig import CHALLENGES, DECLINES, SHOP_ID, SHOP_PASS, SUCCEEDS, TIMES_OUT, Payer, Receiver, Sandbox, receiving

FEE = 3812
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    state: Path = tmp_path_factory.mktemp("sandbox")
    running = Sandbox(receiver.address, state, "--retry-seconds", "0.05", "--doubt-seconds", "3600")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def gateway(sandbox: Sandbox) -> GmoGateway:
    return gateway_at(sandbox.url)


def gateway_at(url: str, shop_pass: str = SHOP_PASS) -> GmoGateway:
    addresses = ("127.0.0.1/32",)
    return GmoGateway(GmoConfig(api_url=url, shop_id=SHOP_ID, shop_pass=shop_pass, config_id="ossma", notify_addresses=addresses))


def an_order(**changes: object) -> LinkOrder:
    values = {
        "order_id": f"M7-{next(NUMBERS)}-1",
        "amount": FEE,
        "title": "OSSMA 会費 1か月〜",
        "return_url": "http://127.0.0.1:9/payments/back/",
        "expires_at": datetime.now(UTC) + timedelta(days=3),
    }
    return LinkOrder(**values | changes)  # type: ignore[arg-type]


def paid(gateway: GmoGateway, **changes: object) -> Link:
    link = gateway.create_link(an_order(**changes))
    Payer(link.url).card(SUCCEEDS)
    return link


def test_a_link_leads_to_a_page_that_names_the_amount_and_says_it_is_a_test(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    page = Payer(link.url).page
    assert "3,812円" in page
    assert "テスト決済（sandbox）" in page
    assert "OSSMA 会費 1か月～" in page


def test_the_page_speaks_english_to_those_who_asked(gateway: GmoGateway) -> None:
    page = Payer(gateway.create_link(an_order(language="en")).url).page
    assert '<html lang="en">' in page
    assert "¥3,812" in page


def test_an_order_id_is_spent_for_ever(gateway: GmoGateway) -> None:
    order = an_order()
    gateway.create_link(order)
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(order)
    assert refused.value.codes == ("EZ1070014",)
    assert refused.value.reason is Reason.ORDER_USED
    assert not refused.value.retryable


def test_before_the_payer_tries_anything_nothing_has_started(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    assert gateway.query(link.order_id).status is Status.NOT_STARTED


def test_a_good_card_pays_and_the_notice_comes(gateway: GmoGateway, receiver: Receiver) -> None:
    link = paid(gateway)
    notice = gateway.parse_notice({}, receiver.next(link.order_id), "127.0.0.1")
    assert (notice.order_id, notice.status, notice.total, notice.currency) == (link.order_id, Status.PAID, FEE, "JPN")
    assert notice.shop_ok
    assert notice.address_ok
    state = gateway.query(notice.order_id)
    assert (state.status, state.amount, state.method) == (Status.PAID, FEE, Method.CARD)
    assert len(state.access_pass) == 32
    assert state.access_pass not in str(state.raw)
    assert state.access_pass not in repr(state)


def test_a_declined_card_leaves_the_order_open_for_another(gateway: GmoGateway, receiver: Receiver) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    assert "別のカードをお試しください" in payer.card(DECLINES)
    notice = gateway.parse_notice({}, receiver.next(link.order_id), "127.0.0.1")
    assert (notice.status, notice.raw["JobCd"], notice.error_codes) == (Status.STARTED, "CAPTURE", ("42G120000",))
    assert gateway.query(link.order_id).status is Status.STARTED
    payer.card(SUCCEEDS)
    assert gateway.query(link.order_id).status is Status.PAID


def test_too_many_tries_close_the_page(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    for _ in range(5):
        payer.card(DECLINES)
    assert "上限に達しました" in payer.page
    payer.card(SUCCEEDS)
    assert gateway.query(link.order_id).status is Status.STARTED


def test_3d_secure_charges_only_after_the_challenge(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    assert "本人認証" in payer.card(CHALLENGES)
    assert gateway.query(link.order_id).status is Status.STARTED
    assert not gateway.cancel(link.order_id).closed
    payer.post(step="challenge", outcome="ok")
    assert gateway.query(link.order_id).status is Status.PAID


def test_3d_secure_that_fails_charges_nothing(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    payer.card(CHALLENGES)
    assert "本人認証ができませんでした" in payer.post(step="challenge", outcome="fail")
    assert gateway.query(link.order_id).status is Status.STARTED


@pytest.mark.parametrize(("verb", "status"), [("charged", Status.PAID), ("not-charged", Status.STARTED)])
def test_a_card_that_times_out_is_unknown_until_asked_back(gateway: GmoGateway, sandbox: Sandbox, verb: str, status: Status) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    assert "もう一度お支払いにならずにお待ちください" in payer.card(TIMES_OUT)
    with pytest.raises(GatewayUnknown):
        gateway.query(link.order_id)
    with pytest.raises(GatewayUnknown):
        gateway.cancel(link.order_id)
    sandbox.do(link.order_id, verb)
    assert gateway.query(link.order_id).status is status


def test_a_link_that_was_made_without_an_answer_is_asked_back(gateway: GmoGateway, sandbox: Sandbox) -> None:
    order = an_order()
    sandbox.turn("api", "breaks_after_work")
    with pytest.raises(GatewayUnknown):
        gateway.create_link(order)
    sandbox.turn("api", "answers")
    assert gateway.query(order.order_id).status is Status.NOT_STARTED
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(order)
    assert refused.value.reason is Reason.ORDER_USED
    assert gateway.cancel(order.order_id).closed


def test_a_busy_gateway_may_be_asked_again(gateway: GmoGateway, sandbox: Sandbox) -> None:
    sandbox.turn("api", "busy")
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order())
    sandbox.turn("api", "answers")
    assert refused.value.retryable


@pytest.mark.parametrize(("switch", "value"), [("warn_list", "array"), ("warn_list", "object"), ("error_keys", "ErrCode")])
def test_shapes_the_reference_leaves_open_are_both_understood(gateway: GmoGateway, sandbox: Sandbox, switch: str, value: str) -> None:
    sandbox.turn(switch, value)
    order = an_order()
    assert gateway.create_link(order).url
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(order)
    sandbox.turn(switch, {"warn_list": "none", "error_keys": "errCode"}[switch])
    assert refused.value.codes == ("EZ1070014",)


def test_a_wrong_password_is_an_alarm_not_a_refusal(sandbox: Sandbox) -> None:
    stranger = gateway_at(sandbox.url, "wrongpass1")
    with pytest.raises(GatewayMisconfigured):
        stranger.create_link(an_order())
    with pytest.raises(GatewayMisconfigured):
        stranger.query("M7-1-1")


def test_a_gateway_that_is_away_was_never_asked() -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway_at("http://127.0.0.1:9").query("M7-1-1")
    assert refused.value.reason is Reason.UNREACHABLE


def test_the_browsers_return_names_the_order_and_resists_tampering(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    payer.card(SUCCEEDS)
    assert gateway.parse_return(payer.returned) == Return(link.order_id)
    payload, _, signature = payer.returned["result"].rpartition(".")
    assert gateway.parse_return({"result": f"A{payload[1:]}.{signature}"}) is None
    assert gateway.parse_return({"result": f"{payload}.{'0' * 64}"}) is None
    assert gateway.parse_return({"result": payload}) is None
    assert gateway.parse_return({}) is None


def test_a_payer_who_gives_up_comes_back_and_may_return(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    assert "お支払いは行われていません" in payer.post(step="cancel")
    assert gateway.parse_return(payer.returned) == Return(link.order_id, Hint.UNPAID)
    payer.card(SUCCEEDS)
    assert gateway.parse_return(payer.returned) == Return(link.order_id)
    assert gateway.query(link.order_id).status is Status.PAID


def test_a_cancelled_link_takes_no_money(gateway: GmoGateway) -> None:
    link = gateway.create_link(an_order())
    payer = Payer(link.url)
    result = gateway.cancel(link.order_id)
    assert result.closed
    assert result.state.status is Status.CANCELLED
    assert "使えません" in payer.card(SUCCEEDS)
    assert gateway.query(link.order_id).status is Status.NOT_STARTED
    assert gateway.cancel(link.order_id).closed


def test_cancelling_what_the_gateway_never_heard_of_is_closed_too(gateway: GmoGateway) -> None:
    assert gateway.cancel("M7-NEVER-1").closed


def test_a_payment_faster_than_the_cancellation_is_told(gateway: GmoGateway) -> None:
    link = paid(gateway)
    result = gateway.cancel(link.order_id)
    assert not result.closed
    assert result.state.status is Status.PAID


def test_a_link_past_its_term_takes_no_money(gateway: GmoGateway, sandbox: Sandbox) -> None:
    link = gateway.create_link(an_order())
    sandbox.do(link.order_id, "expire")
    assert "期限が過ぎています" in Payer(link.url).card(SUCCEEDS)
    assert gateway.query(link.order_id).status is Status.NOT_STARTED


def test_a_whole_refund_is_read_back_and_safe_to_repeat(gateway: GmoGateway, receiver: Receiver) -> None:
    link = paid(gateway)
    receiver.next(link.order_id)
    result = gateway.refund(link.order_id, FEE, held=FEE)
    assert (result.held, result.state.status) == (0, Status.REFUNDED)
    assert gateway.parse_notice({}, receiver.next(link.order_id), "127.0.0.1").status is Status.REFUNDED
    assert gateway.refund(link.order_id, FEE, held=FEE).held == 0


def test_a_partial_refund_leaves_the_rest_and_is_safe_to_repeat(gateway: GmoGateway) -> None:
    link = paid(gateway)
    for _ in range(2):
        result = gateway.refund(link.order_id, 1000, held=FEE)
        assert (result.held, result.state.status) == (FEE - 1000, Status.PAID)
    assert gateway.refund(link.order_id, FEE - 1000, held=FEE - 1000).held == 0


def test_a_refund_that_breaks_half_way_is_unknown_and_never_given_twice(gateway: GmoGateway, sandbox: Sandbox) -> None:
    link = paid(gateway)
    sandbox.turn("api", "breaks_after_work")
    with pytest.raises(GatewayUnknown):
        gateway.refund(link.order_id, 1000, held=FEE)
    sandbox.turn("api", "answers")
    assert gateway.refund(link.order_id, 1000, held=FEE).held == FEE - 1000
    assert gateway.query(link.order_id).amount == FEE - 1000


@pytest.mark.parametrize(("amount", "held"), [(FEE + 1, FEE), (0, FEE + 5), (10, FEE - 500)])
def test_a_refund_of_what_is_not_held_is_refused(gateway: GmoGateway, amount: int, held: int) -> None:
    link = paid(gateway)
    with pytest.raises(GatewayRefused) as refused:
        gateway.refund(link.order_id, amount, held=held)
    assert refused.value.reason is Reason.WRONG_AMOUNT
    assert gateway.query(link.order_id).amount == FEE


def test_a_number_issued_at_a_store_is_awaited_and_not_money(gateway: GmoGateway, receiver: Receiver) -> None:
    link = gateway.create_link(an_order(methods=(Method.CARD, Method.KONBINI), konbini_days=3))
    payer = Payer(link.url)
    assert "ローソン" in payer.konbini("10001")
    notice = gateway.parse_notice({}, receiver.next(link.order_id), "127.0.0.1")
    assert (notice.status, notice.pay_type) == (Status.AWAITING, "3")
    state = gateway.query(link.order_id)
    assert (state.status, state.method) == (Status.AWAITING, Method.KONBINI)
    assert state.slip
    assert state.slip.store == "10001"
    assert state.slip.receipt_number in payer.page
    payer.post(step="pay_slip")
    assert gateway.query(link.order_id, Method.KONBINI).status is Status.PAID
    assert gateway.query(link.order_id, Method.CARD).status is Status.NOT_STARTED


def test_a_cancelled_slip_is_stopped_but_late_money_still_shows(gateway: GmoGateway, sandbox: Sandbox) -> None:
    link = gateway.create_link(an_order(methods=(Method.KONBINI,)))
    Payer(link.url).konbini("10002")
    result = gateway.cancel(link.order_id)
    assert result.closed
    assert result.state.status is Status.CANCELLED
    sandbox.do(link.order_id, "pay-slip")
    assert gateway.query(link.order_id).status is Status.PAID


@pytest.mark.parametrize("name", ["José 山田", "김민준", "Aya 🙂"])
def test_a_name_that_cannot_be_printed_at_a_store_is_refused_unless_kana_stand_in(gateway: GmoGateway, name: str) -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order(payer_name=name, methods=(Method.KONBINI,)))
    assert refused.value.reason is Reason.BAD_TEXT
    assert "payer_name" in refused.value.note
    link = gateway.create_link(an_order(payer_name=name, payer_kana="ﾎｾ ﾔﾏﾀﾞ", methods=(Method.KONBINI,)))
    assert "ホセ ヤマダ" in Payer(link.url).page


def test_the_same_name_is_no_hindrance_to_a_card(gateway: GmoGateway) -> None:
    assert gateway.create_link(an_order(payer_name="José 山田")).url


@pytest.mark.parametrize("order_id", ["", "M7_1", "M7.1", "注文1", "A" * 28])
def test_an_order_id_gmo_would_refuse_is_never_sent(gateway: GmoGateway, order_id: str) -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order(order_id=order_id))
    assert refused.value.reason is Reason.BAD_REQUEST


@pytest.mark.parametrize("amount", [0, -1, 10_000_000])
def test_an_amount_no_method_takes_is_never_sent(gateway: GmoGateway, amount: int) -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_link(an_order(amount=amount))
    assert refused.value.reason is Reason.WRONG_AMOUNT

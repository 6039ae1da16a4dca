"""Two clicks, two workers, two commands at once: real transactions in real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ossma.core.models import OutboxMessage
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways import desk
from payments.gateways.base import Status
from payments.models import Attempt, LedgerLine, Payment, PaymentMove, Refund, Trouble
from payments.states import AttemptState, PaymentState
from tests.cast import make_cast
from tests.factories.payments import NOON, AttemptFactory, PaymentFactory
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid, stored

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads that start together; a Refused is an answer like any other."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        try:
            return job()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def fee(opened: list[int]) -> Payment:
    return PaymentFactory(member=make_cast().aya)


def begun(fee: Payment) -> Attempt:
    Payment.objects.update(state=PaymentState.STARTED)
    return AttemptFactory(payment=Payment.objects.get())


def test_a_double_click_makes_one_order(fee: Payment) -> None:
    def click() -> tuple[str, bool]:
        attempt, new = actions.begin_attempt(payment_id=fee.pk, actor=SYSTEM, at=NOON)
        return attempt.order_id, new

    answers = at_once(*[click] * AT_ONCE)
    assert len({order_id for order_id, _new in answers}) == 1
    assert [new for _order_id, new in answers].count(True) == 1
    assert Attempt.objects.count() == PaymentMove.objects.count() == 1


def test_a_double_click_asks_the_gateway_for_one_link(fee: Payment, gateway: FakeGateway) -> None:
    def click() -> str | None:
        return desk.start(payment_id=fee.pk, payer=PAYER, return_url="http://ossma.example/back", actor=SYSTEM, at=NOON)

    urls = set(at_once(*[click] * AT_ONCE)) - {None}
    assert len(urls) == len(gateway.asked) == Attempt.objects.count() == 1


def test_four_workers_with_the_same_news_settle_once(fee: Payment, opened: list[int]) -> None:
    attempt = begun(fee)
    at_once(*[lambda: learn(attempt, paid())] * AT_ONCE)
    assert LedgerLine.objects.count() == PaymentMove.objects.count() == OutboxMessage.objects.count() == len(opened) == 1


def test_settling_and_calling_off_at_once_ends_in_one_of_both_and_the_money_is_booked(fee: Payment) -> None:
    attempt = begun(fee)
    at_once(lambda: learn(attempt, paid()), lambda: actions.cancel(payment_id=fee.pk, cause="member", actor=SYSTEM, at=NOON))
    payment = Payment.objects.get()
    assert LedgerLine.objects.count() == 1
    assert (payment.state, payment.troubles.count()) in {(PaymentState.SETTLED, 0), (PaymentState.CANCELLED, 1)}


def test_a_notice_stored_by_four_requests_at_once_is_one_row_and_is_taken_once(fee: Payment, gateway: FakeGateway) -> None:
    attempt = begun(fee)
    gateway.says(attempt.order_id, Status.PAID)
    notice = stored(attempt)

    def store() -> int:
        return actions.store_notice(gateway="gmo", body=b"x", digest="d" * 64, order_id="X", remote_address=None, actor=SYSTEM, at=NOON).pk

    assert len(set(at_once(*[store] * AT_ONCE))) == 1
    taken = at_once(*[lambda: len(actions.lease_notices(limit=10, actor=SYSTEM, at=NOON))] * AT_ONCE)
    assert sum(taken) == 1
    at_once(*[lambda: desk.apply_notice(notice, at=NOON)] * AT_ONCE)
    assert LedgerLine.objects.count() == 1


def test_two_people_who_use_and_give_back_the_same_money_at_once_move_it_once(fee: Payment, opened: list[int]) -> None:
    learn(begun(fee), paid())
    second = AttemptFactory(payment=fee, state=AttemptState.VOIDED)
    learn(second, paid())
    trouble = Trouble.objects.get(attempt=second)
    others = [PaymentFactory(member=fee.member) for _ in range(2)]

    def use(payment: Payment) -> Callable[[], object]:
        return lambda: actions.assign(trouble_id=trouble.pk, payment_id=payment.pk, resolution="充当", actor=SYSTEM, at=NOON)

    answers = at_once(*map(use, others), lambda: actions.give_back(trouble_id=trouble.pk, resolution="返金", actor=SYSTEM, at=NOON))
    assert [isinstance(answer, Refused) for answer in answers].count(True) == 2
    settled = Payment.objects.filter(pk__in=[other.pk for other in others], state=PaymentState.SETTLED).count()
    assert settled + Refund.objects.count() == 1
    assert len(opened) == 1 + settled

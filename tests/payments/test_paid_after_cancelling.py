"""A number for the store that is paid after the application was called off: the money is seen, the application stays off, and the money goes back."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from applications.actions.cancelling import cancel_application
from applications.models import Application
from applications.states import ApplicationState
from members.models import User
from ossma.core.duties import OfficeRole
from ossma.core.models import OutboxMessage
from payments import actions, registered, rules, tasks
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.states import AttemptState, PaymentState, RefundState, RefundWay, TroubleKind
from tests.applications.conftest import submit
from tests.cast import Cast, make_cast, office_viewer
from tests.factories.applications import make_fees
from tests.factories.payments import FEE
from tests.payments.gateway_rig import Sandbox
from tests.payments.site_rig import Browser, scheduler

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNT = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ アヤ"}


@pytest.fixture
def cast(transactional_db) -> Cast:
    cache.clear()
    make_fees()
    return make_cast()


@pytest.fixture
def application(cast: Cast) -> Application:
    """One month from the day after two months; 3,812 yen are owed for it."""
    first = timezone.localdate() + timedelta(days=60)
    return submit(cast, at=timezone.now(), first_day=first, last_day=first + timedelta(days=27))


@pytest.fixture
def browser(cast: Cast, application: Application, sandbox: Sandbox, live_server) -> Iterator[Browser]:
    browser = Browser(cast.client(cast.aya), live_server.url, Payment.objects.get())
    with browser.client:
        yield browser


def told() -> list[str]:
    return list(OutboxMessage.objects.filter(template__startswith="payments/").order_by("pk").values_list("template", flat=True))


def has_a_slip_and_calls_off(browser: Browser, cast: Cast, application: Application, arrived: Callable[[], None]) -> None:
    """Aya takes a number to the store, then changes her mind."""
    browser.go_and_pay().konbini("10001")
    arrived()
    tasks.apply_notices()
    cancel_application(application_id=application.pk, actor=cast.viewer(cast.aya), at=timezone.now())
    assert Payment.objects.get().state == PaymentState.CANCELLED


def test_the_money_is_booked_the_application_stays_off_and_the_office_gives_it_back(
    browser: Browser, cast: Cast, application: Application, sandbox: Sandbox, arrived: Callable[[], None]
) -> None:
    has_a_slip_and_calls_off(browser, cast, application, arrived)
    # The till is faster than our closing of the number.
    sandbox.do(Attempt.objects.get().order_id, "pay-slip")
    arrived()
    tasks.apply_notices()

    application.refresh_from_db()
    assert application.state == ApplicationState.CANCELLED
    assert (Payment.objects.get().state, Attempt.objects.get().state) == (PaymentState.CANCELLED, AttemptState.PAID)
    assert LedgerLine.objects.get().amount == FEE
    trouble = Trouble.objects.get()
    assert (trouble.kind, trouble.payment, trouble.resolved_at) == (TroubleKind.NOT_PAYABLE, browser.payment, None)
    [item] = [item for item in registered.office_work(cast.viewer(cast.office), timezone.now()) if item.key.startswith("trouble")]
    assert (item.key, item.count) == ("trouble:not_payable", 1)
    assert told()[-1] == "payments/checking"
    page = browser.look()
    assert "事務局で入金を確認しています" in page
    assert "お支払いへ進む" not in page

    the_office_gives_it_back(cast, trouble)
    assert sum(LedgerLine.objects.values_list("amount", flat=True)) == 0
    assert (Payment.objects.get().state, Attempt.objects.get().state) == (PaymentState.CANCELLED, AttemptState.REFUNDED)
    assert told()[-1] == "payments/refunded"
    assert "事務局で入金を確認しています" not in browser.look()

    # The store's money still stands in the gateway's books: a transfer passes it by, and nobody is alarmed about that.
    Attempt.objects.update(asked_at=None)
    scheduler()
    assert Trouble.objects.filter(resolved_at=None).count() == 0
    assert LedgerLine.objects.count() == 2
    application.refresh_from_db()
    assert application.state == ApplicationState.CANCELLED


def the_office_gives_it_back(cast: Cast, trouble: Trouble) -> None:
    """From the work list: a refund to decide; cash goes back by transfer, agreed by one person and confirmed by another."""
    office = cast.client(cast.colleague(OfficeRole.CLERK))
    url = reverse("admin:payments_trouble_change", args=[trouble.pk])
    assert office.post(url, {"decision": "give_back", "words": "取消後の入金のため返金"}).status_code == 302
    trouble.refresh_from_db()
    assert trouble.resolved_at
    refund = Refund.objects.get()
    assert (refund.amount, refund.way, refund.state) == (FEE, RefundWay.TRANSFER, RefundState.REQUESTED)
    first, second = (office_viewer(user.pk) for user in (cast.office, User.objects.create_user("second@office.example", is_staff=True)))
    actions.give_account(refund_id=refund.pk, account=ACCOUNT, actor=cast.viewer(cast.aya), at=timezone.now())
    seen = rules.fingerprint(Refund.objects.get().account)
    actions.approve_refund(refund_id=refund.pk, note="", seen=seen, actor=first, at=timezone.now())
    actions.confirm_transfer(refund_id=refund.pk, reference="FB-1", seen=seen, actor=second, at=timezone.now())
    assert Refund.objects.get().state == RefundState.DONE


def test_a_number_that_could_be_stopped_in_time_takes_no_money(
    browser: Browser, cast: Cast, application: Application, sandbox: Sandbox, arrived: Callable[[], None]
) -> None:
    has_a_slip_and_calls_off(browser, cast, application, arrived)
    Attempt.objects.update(asked_at=None, created_at=timezone.now() - timedelta(minutes=2))
    scheduler()
    assert Attempt.objects.get().state == AttemptState.VOIDED
    assert not Trouble.objects.exists()
    # Some tills take the money all the same [A]: then it is seen after all.
    sandbox.do(Attempt.objects.get().order_id, "pay-slip")
    Attempt.objects.update(asked_at=None)
    scheduler()
    assert (Trouble.objects.get().kind, LedgerLine.objects.get().amount) == (TroubleKind.NOT_PAYABLE, FEE)

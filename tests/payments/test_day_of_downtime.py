"""A day on which the gateway is away: what members are told meanwhile, and that everything comes right afterwards with nobody pressing anything.

Noon in Japan: four people are at four points of paying. At one o'clock the gateway is gone, connections refused. A day later it is back.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from ossma.core import registries
from ossma.core.formats import HOME_ZONE
from ossma.core.models import OutboxMessage
from ossma.core.viewer import SYSTEM
from payments import queries, tasks
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Trouble
from payments.states import AttemptState, NoticeState, PaymentState, Purpose
from tests.cast import Cast, make_cast
from tests.factories.members import MemberFactory
from tests.factories.payments import FEE, PaymentFactory
from tests.payments.gateway_rig import SUCCEEDS, Sandbox
from tests.payments.site_rig import Browser, Day, scheduler, use

pytestmark = pytest.mark.django_db(transaction=True)
AWAY, NOTHING_CHARGED = "決済会社につながりません", "料金は発生していません"


class People:
    """Aya and Dora have slips, Ben has paid by card, Chika has not begun."""

    def __init__(self, cast: Cast, site: str) -> None:
        self.cast, self.site = cast, site
        self.browsers: list[Browser] = []
        self.dora = MemberFactory(school=cast.aoba, user__email="dora@example.jp")
        today = timezone.now().astimezone(HOME_ZONE).date()
        self.aya, self.ben, self.chika = (PaymentFactory(member=member, created_at=timezone.now()) for member in (cast.aya, cast.ben, cast.chika))
        # A top-up that is due today: a number for it ends with the day.
        top_up = {"purpose": Purpose.TOPUP_PREMIUM, "due_on": today, "created_at": timezone.now()}
        self.last = PaymentFactory(member=self.dora, **top_up)

    def browser(self, payment: Payment) -> Browser:
        """A fresh login: sessions do not live for days."""
        self.browsers.append(Browser(self.cast.client(payment.member), self.site, payment))
        return self.browsers[-1]


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    return Day(monkeypatch)


@pytest.fixture
def gateway(live_server, settings, tmp_path: Path, day: Day) -> Iterator[Sandbox]:
    cache.clear()
    running = Sandbox(f"{live_server.url}/payments/notify/gmo/", tmp_path, "--retry-seconds", "3600")
    use(settings, live_server.url, running)
    running.start()
    day.tell(running)
    yield running
    running.kill()


@pytest.fixture
def people(gateway: Sandbox, live_server, opened: list[int]) -> Iterator[People]:
    everybody = People(make_cast(), live_server.url)
    yield everybody
    for browser in everybody.browsers:
        browser.client.close()


def order_of(payment: Payment) -> str:
    return payment.attempts.get().order_id


def states(*payments: Payment) -> list[str]:
    return [Payment.objects.get(pk=payment.pk).state for payment in payments]


def mails(payment: Payment) -> list[str]:
    """What the payer was told, in order."""
    rows = OutboxMessage.objects.filter(member_id=payment.member_id).order_by("pk")
    return [row.template.removeprefix("payments/") for row in rows]


def the_morning(people: People, gateway: Sandbox, arrived: Callable[[], None]) -> None:
    """Two slips are issued and known; a card is charged whose notice is stored, but nobody has looked at it yet."""
    for payment in (people.aya, people.last):
        people.browser(payment).go_and_pay().konbini("10002")
        arrived()
        tasks.apply_notices()
    assert states(people.aya, people.last) == [PaymentState.AWAITING] * 2
    people.browser(people.ben).go_and_pay().card(SUCCEEDS)
    arrived()
    assert GatewayNotice.objects.filter(state=NoticeState.STORED).count() == 1
    gateway.kill()


def a_day_passes(people: People, day: Day, opened: list[int]) -> None:
    """Every hour the scheduler tries, in vain; nothing is settled, nothing expires that only the gateway can know, nothing is lost."""
    for _hour in range(24):
        day.passes(hours=1)
        assert scheduler()["unanswered"] > 0
    assert states(people.aya, people.ben, people.chika) == [PaymentState.AWAITING, PaymentState.STARTED, PaymentState.OWED]
    assert opened == []
    waiting = GatewayNotice.objects.get(state=NoticeState.STORED)
    assert waiting.tries > 5
    health = registries.health.get("gateway")()
    assert health.detail == "1 notices overdue"
    # Dora's term is over, and only the gateway knows whether she has paid: the office sees it.
    assert queries.late_slips(SYSTEM, timezone.now())[0] == 1


def chika_is_told(people: People) -> None:
    """The button leads back to the page, which says what happened; pressing again does no harm."""
    chika = people.browser(people.chika)
    for _press in range(2):
        answer = chika.press()
        assert (answer.status_code, answer.headers["Location"]) == (302, chika.url)
        page = chika.look()
        assert AWAY in page
        assert NOTHING_CHARGED in page
        assert "お支払いへ進む" in page
    assert states(people.chika) == [PaymentState.OWED]
    assert set(people.chika.attempts.values_list("state", flat=True)) == {AttemptState.FAILED}


def the_gateway_is_back(people: People, gateway: Sandbox, day: Day) -> None:
    """Its notices of that day are lost; a till has reported Aya's payment meanwhile, and Dora's number has run out."""
    gateway.start()
    gateway.turn("lost", "on")
    gateway.do(order_of(people.aya), "pay-slip")
    day.tell(gateway)
    gateway.turn("lost", "off")


def test_a_day_of_downtime_comes_right_by_itself(people: People, gateway: Sandbox, day: Day, arrived: Callable[[], None], opened: list[int]) -> None:
    the_morning(people, gateway, arrived)
    day.passes(hours=1)
    chika_is_told(people)
    assert "ファミリーマート" in people.browser(people.aya).look(), "the number can still be read, and the store still takes it"
    a_day_passes(people, day, opened)
    the_gateway_is_back(people, gateway, day)

    day.passes(minutes=15)
    scheduler()
    assert states(people.aya, people.ben) == [PaymentState.SETTLED] * 2
    assert sorted(opened) == sorted([people.aya.pk, people.ben.pk])
    while Payment.objects.get(pk=people.last.pk).state == PaymentState.AWAITING:
        # The gateway reports a slip that ran out when its clerk has found it.
        arrived()
        scheduler()
    assert states(people.last) == [PaymentState.EXPIRED]

    chika = people.browser(people.chika)
    chika.go_and_pay().card(SUCCEEDS)
    while states(people.chika) != [PaymentState.SETTLED]:
        arrived()
        scheduler()
    nothing_was_lost_or_done_twice(people, gateway, day, opened)


def nothing_was_lost_or_done_twice(people: People, gateway: Sandbox, day: Day, opened: list[int]) -> None:
    """Two more days of the scheduler change nothing; the books of both sides agree, and everybody was told once."""
    for _round in range(4):
        day.passes(hours=12)
        day.tell(gateway)
        scheduler()
    lines = {line.payment_id: line.amount for line in LedgerLine.objects.all()}
    assert lines == {payment.pk: FEE for payment in (people.aya, people.ben, people.chika)}
    assert LedgerLine.objects.count() == len(opened) == 3
    assert not GatewayNotice.objects.filter(state=NoticeState.STORED).exists()
    assert not Attempt.objects.filter(state__in=["open", "unknown", "awaiting", "created"]).exists()
    assert not Trouble.objects.exists()
    assert queries.late_slips(SYSTEM, timezone.now())[0] == 0
    assert mails(people.aya) == ["link", "slip", "settled"]
    assert mails(people.ben) == ["link", "settled"]
    assert mails(people.chika) == ["link", "settled"]
    assert mails(people.last)[0 :: len(mails(people.last)) - 1] == ["link", "expired"]


def test_a_gateway_that_breaks_off_in_the_middle_says_what_is_known(people: People, gateway: Sandbox, day: Day) -> None:
    """It made the page, and its answer was lost: the order is unknown to us, so the page says that we are waiting, not that anything was begun."""
    chika = people.browser(people.chika)
    gateway.turn("api", "breaks_after_work")
    chika.press()
    page = chika.look()
    assert AWAY in page
    assert "決済会社からの返事を待っています" in page
    assert "お支払い手続きの途中です" not in page
    gateway.turn("api", "answers")
    day.passes(minutes=6)
    chika.go_and_pay()
    assert "お支払い手続きの途中です" in chika.look()
    found = list(people.chika.attempts.order_by("pk").values_list("state", flat=True))
    assert found == [AttemptState.VOIDED, AttemptState.OPEN]
    assert timezone.now() - people.chika.created_at > timedelta(minutes=5)

"""The tries themselves: a real page at the sandbox each, called off by the member's action, closed by the demo's worker; this program only looks.

Baseline of the same run: one question to the gateway.
"""

import statistics
import sys
import time
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from members.models import Member
from ossma.core.viewer import SYSTEM
from ossma.local.processes import wait_until
from payments import actions
from payments.gateways import desk
from payments.gateways.registry import gateway
from payments.models import Attempt, Payment
from payments.states import LIVE, Method, Purpose

LONGEST = 60.0
PAYER = desk.Payer(name="測定 花子", kana="ソクテイ ハナコ", mail="bench@example.jp", language="ja")


def opened(member_id: int, number: int, at: datetime) -> Attempt:
    """A payment with a page that can be paid."""
    payment = actions.owe(
        member_id=member_id,
        purpose=Purpose.TOPUP_PREMIUM,
        subject=("benchmark", int(at.timestamp() * 1000) % 2_000_000_000 + number),
        title_ja="測定",
        title_en="Benchmark",
        lines=[("測定", "Benchmark", 1000)],
        methods=[Method.CARD, Method.KONBINI],
        due_on=None,
        tax_rate=Decimal(0),
        actor=SYSTEM,
        at=at,
    )
    desk.start(payment_id=payment.pk, payer=PAYER, return_url="http://127.0.0.1/", actor=SYSTEM, at=at)
    return Attempt.objects.get(payment=payment)


def seconds_of(attempt: Attempt) -> float:
    """From the member's word to our record that the gateway has closed it."""
    begun = time.perf_counter()
    actions.cancel(payment_id=attempt.payment_id, cause="member", actor=SYSTEM, at=timezone.now())
    wait_until(lambda: not Attempt.objects.filter(pk=attempt.pk, state__in=LIVE).exists(), "the closed page", seconds=LONGEST)
    return time.perf_counter() - begun


def main(tries: int) -> None:
    """Print least, median and most, each beside one question to the gateway."""
    member_id = Member.objects.order_by("-pk").values_list("pk", flat=True)[0]
    took, questions = [], []
    for number in range(tries):
        attempt = opened(member_id, number, timezone.now())
        begun = time.perf_counter()
        gateway(attempt.gateway).query(attempt.order_id)
        questions.append(time.perf_counter() - begun)
        took.append(seconds_of(attempt))
    base = statistics.median(questions)
    for name, seconds in (("least", min(took)), ("median", statistics.median(took)), ("most", max(took))):
        print(f"called off → closed at the gateway, {name:<8}{seconds:8.3f} s{seconds / base:8.1f} × one question")
    print(f"{tries} tries, {Payment.objects.filter(subject_kind='benchmark', attempts__state__in=LIVE).count()} still open")


if __name__ == "__main__":
    main(int(sys.argv[1]))

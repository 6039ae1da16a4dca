"""Money in the office: read everything, edit nothing, resolve trouble with a reason; every look is on record."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.actions.troubles import open_trouble
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from payments.states import TroubleKind
from tests.cast import Cast
from tests.factories.payments import NOON, AttemptFactory, PaymentFactory
from tests.payments.steps import learn, paid, send, stored


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client(cast.office)


def listed(kind: str) -> str:
    return reverse(f"admin:payments_{kind}_changelist")


def page(kind: str, row: object) -> str:
    return reverse(f"admin:payments_{kind}_change", args=[row.pk])


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_payment_shows_lines_moves_attempts_and_ledger_and_no_key(office: Client, attempt: Attempt) -> None:
    Attempt.objects.update(access_pass="p" * 32)
    learn(attempt, paid())
    shown = text(office.get(page("payment", attempt.payment)))
    for words in ("会費（1か月）", attempt.order_id, "手続き中", "支払い済み", "3,812円", "CAPTURE"):
        assert words in shown
    assert "p" * 32 not in shown
    assert attempt.link not in shown


def test_looks_at_payments_name_their_members_in_the_trail(office: Client, fee: Payment, cast: Cast) -> None:
    PaymentFactory(member=cast.chika)
    text(office.get(listed("payment")))
    text(office.get(page("payment", fee)))
    looks = dict(AuditEntry.objects.filter(action__in=["payments.listed", "payment.seen"]).values_list("action", "detail"))
    assert looks == {
        "payments.listed": {"member_ids": sorted([cast.aya.pk, cast.chika.pk])},
        "payment.seen": {"member_ids": [cast.aya.pk]},
    }


@pytest.mark.parametrize("words", ["山田", "ヤマダ", "YAMADA"])
def test_a_payment_is_found_by_its_member(office: Client, fee: Payment, words: str) -> None:
    assert page("payment", fee) in text(office.get(listed("payment"), {"q": words}))


def test_a_payment_is_found_by_its_order(office: Client, attempt: Attempt) -> None:
    assert page("payment", attempt.payment) in text(office.get(listed("payment"), {"q": attempt.order_id}))


def test_nothing_can_be_added_changed_or_deleted(office: Client, attempt: Attempt) -> None:
    notice = stored(attempt)
    for kind, row in (("payment", attempt.payment), ("gatewaynotice", notice)):
        assert office.get(reverse(f"admin:payments_{kind}_add")).status_code == 404
        assert office.post(page(kind, row), {"state": "settled"}).status_code == 404
        assert office.post(reverse(f"admin:payments_{kind}_delete", args=[row.pk]), {"post": "yes"}).status_code == 404
    assert Payment.objects.get().state == "started"


def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(office: Client, cast: Cast, fee: Payment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(office.get(listed("payment")))
        return len(seen)

    queries()
    one = queries()
    PaymentFactory.create_batch(2, member=cast.chika)
    assert queries() == one


@pytest.mark.parametrize("kind", ["trouble", "refund"])
def test_the_lists_of_trouble_and_refunds_cost_no_more_queries_as_they_grow(office: Client, cast: Cast, kind: str) -> None:
    def add() -> None:
        attempt = AttemptFactory(payment=PaymentFactory(member=cast.aya))
        learn(attempt, paid(3813))
        actions.request_refund(payment_id=attempt.payment_id, amount=1, rule="取消", order_id=attempt.order_id, actor=SYSTEM, at=NOON)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(office.get(listed(kind)))
        return len(seen)

    add()
    queries()
    one = queries()
    add()
    add()
    assert queries() == one


def test_a_notice_is_shown_as_it_came(office: Client, attempt: Attempt) -> None:
    notice = stored(attempt)
    assert attempt.order_id in text(office.get(listed("gatewaynotice")))
    assert "TranID=1111" in text(office.get(page("gatewaynotice", notice)))


def false_alarm(attempt: Attempt) -> Trouble:
    """A notice that named another sum for an order that has been paid rightly."""
    learn(attempt, paid())
    kind = TroubleKind.AMOUNT_DIFFERS
    return open_trouble(kind=kind, key="lie", detail={"outcome": "x: y"}, payment=attempt.payment, attempt=attempt, actor=SYSTEM, at=NOON)


def test_trouble_is_resolved_once_with_a_reason_and_on_record(office: Client, attempt: Attempt, cast: Cast) -> None:
    trouble = false_alarm(attempt)
    assert page("trouble", trouble) in text(office.get(listed("trouble") + "?resolved_at__isempty=1"))
    refused = office.post(page("trouble", trouble), {"decision": "resolve", "words": " "})
    assert refused.context["form"].errors.keys() == {"words"}
    assert office.post(page("trouble", trouble), {"decision": "resolve", "words": "決済会社に確認、誤報"}).status_code == 302
    trouble.refresh_from_db()
    assert trouble.resolution == "決済会社に確認、誤報"
    assert trouble.resolved_at
    entry = AuditEntry.objects.get(action="trouble.resolved")
    assert (entry.actor_user_id, entry.member_id) == (cast.office.pk, cast.aya.pk)
    office.post(page("trouble", trouble), {"decision": "resolve", "words": "別の理由"})
    trouble.refresh_from_db()
    assert trouble.resolution == "決済会社に確認、誤報"
    assert LedgerLine.objects.count() == 1, "resolving moves no money"


def test_trouble_is_neither_made_nor_deleted_by_hand(office: Client, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    trouble = Trouble.objects.get()
    assert office.get(reverse("admin:payments_trouble_add")).status_code == 404
    assert office.post(reverse("admin:payments_trouble_delete", args=[trouble.pk]), {"post": "yes"}).status_code == 404


def test_office_staff_without_the_duty_see_no_money(cast: Cast, fee: Payment) -> None:
    for role, status in ((OfficeRole.OPERATOR, 404), (OfficeRole.PUBLISHER, 404), (OfficeRole.CLERK, 200)):
        client = cast.client(cast.colleague(role))
        assert client.get(listed("payment")).status_code == status
        assert client.get(page("payment", fee)).status_code == status


def test_who_lacks_the_duty_resolves_nothing(cast: Cast, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    reader = cast.colleague(OfficeRole.OPERATOR)
    trouble = Trouble.objects.get()
    assert cast.client(reader).post(page("trouble", trouble), {"decision": "resolve", "words": "済み"}).status_code == 404
    trouble.refresh_from_db()
    assert trouble.resolved_at is None


def offered(answer) -> list[str]:
    """The decisions that a page has."""
    return [way.value for way in answer.context["form"].ways]


def test_what_cannot_be_done_is_not_offered_and_not_taken(office: Client, attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, paid(3811))
    url = page("trouble", Trouble.objects.get())
    assert offered(office.get(url)) == ["give_back"]
    refused = office.post(url, {"decision": "reinstate", "words": "承認"})
    assert refused.context["form"].errors.keys() == {"decision"}
    assert opened == []


def test_money_is_given_back_from_the_page_of_the_trouble_and_decided_on_the_page_of_the_refund(office: Client, attempt: Attempt, cast: Cast) -> None:
    learn(attempt, paid(3811))
    clerk = cast.client(cast.colleague(OfficeRole.CLERK))
    assert clerk.post(page("trouble", Trouble.objects.get()), {"decision": "give_back", "words": "金額違い"}).status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (3811, "requested")
    assert "3811" in text(office.get(listed("refund"))).replace(",", "")
    refused = office.post(page("refund", refund), {"decision": "refuse", "words": ""})
    assert refused.context["form"].errors.keys() == {"words"}
    assert clerk.post(page("refund", refund), {"decision": "approve", "words": ""}).status_code == 404
    assert office.post(page("refund", refund), {"decision": "approve", "words": ""}).status_code == 302
    refund.refresh_from_db()
    assert refund.state == "approved"


def test_a_page_of_trouble_says_what_happened_how_much_whose_and_what_each_way_does(office: Client, attempt: Attempt) -> None:
    learn(attempt, paid(4000))
    other = PaymentFactory(member=attempt.payment.member, total=3000, title_ja="期間変更の差額")
    shown = text(office.get(page("trouble", Trouble.objects.get())))
    for words in (
        "請求額3,812円に対して、4,000円の入金がありました",
        "山田 あや",
        attempt.order_id,
        "受け入れる",
        "余りの188円",
        "余りの1,000円",
        "期間変更の差額",
    ):
        assert words in shown
    assert f'value="assign-{other.pk}"' in shown


def test_money_is_used_for_another_payment_from_the_page(office: Client, attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, paid(4000))
    trouble = Trouble.objects.get()
    other = PaymentFactory(member=attempt.payment.member, total=3000)
    stranger = PaymentFactory(total=3000)
    assert offered(office.get(page("trouble", trouble))) == ["reinstate", f"assign-{other.pk}", "give_back"]
    assert office.post(page("trouble", trouble), {"decision": f"assign-{stranger.pk}", "words": "充当"}).status_code == 200
    assert office.post(page("trouble", trouble), {"decision": f"assign-{other.pk}", "words": "充当"}).status_code == 302
    assert opened == [other.pk]


def test_the_story_of_a_payment_has_moves_money_orders_notices_and_troubles_and_grows_by_no_query(office: Client, attempt: Attempt) -> None:
    def seen() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as queries:
            shown = text(office.get(page("payment", attempt.payment)))
        return shown, len(queries)

    learn(attempt, paid())
    seen()
    _shown, before = seen()
    for _ in range(2):
        learn(AttemptFactory(payment=attempt.payment, state="voided"), paid())
        send(attempt.order_id, amount=3813)
        Trouble.objects.create(kind="paid_twice", key=str(Trouble.objects.count()), payment=attempt.payment, attempt=attempt, opened_at=NOON)
    shown, after = seen()
    assert after == before
    for words in ("手続き中 → 支払い済み", "入金：3,812円", "決済会社からの通知", "支払い済みのお支払いへの入金"):
        assert words in shown


def test_an_account_number_that_is_looked_at_is_on_record(office: Client, attempt: Attempt, cast: Cast) -> None:
    learn(attempt, paid())
    Attempt.objects.update(method="konbini")
    refund = actions.request_refund(payment_id=attempt.payment_id, amount=3812, rule="取消", actor=SYSTEM, at=NOON)
    text(office.get(page("refund", refund)))
    assert not AuditEntry.objects.filter(action="refund.account_seen").exists()
    account = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ アヤ"}
    actions.give_account(refund_id=refund.pk, account=account, actor=SYSTEM, at=NOON)
    assert "0012345" in text(office.get(page("refund", refund)))
    assert AuditEntry.objects.get(action="refund.account_seen").detail == {"member_ids": [cast.aya.pk]}


@pytest.mark.parametrize("kind", ["payment", "refund", "trouble"])
def test_searching_reads_by_an_index_never_every_row_in_capitals(office: Client, attempt: Attempt, kind: str) -> None:
    learn(attempt, paid(3813))
    actions.request_refund(payment_id=attempt.payment_id, amount=1, rule="取消", order_id=attempt.order_id, actor=SYSTEM, at=NOON)
    row = {"payment": Payment, "refund": Refund, "trouble": Trouble}[kind].objects.get()
    for typed in (attempt.order_id, str(attempt.payment_id), "山田", attempt.payment.member.number):
        with CaptureQueriesContext(connection) as queries:
            assert page(kind, row) in text(office.get(listed(kind), {"q": typed})), typed
        money = [query["sql"] for query in queries if f'FROM "payments_{kind}"' in query["sql"]]
        assert money
        assert not any(re.search(r'UPPER\("payments_|"payments_\w+"\."\w+"::text', sql) for sql in money)

"""Money in the office: read everything, edit nothing, resolve trouble with a reason; every look is on record."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ossma.core.models import AuditEntry
from payments.models import Attempt, LedgerLine, Payment, Refund, Trouble
from tests.cast import Cast
from tests.factories.members import UserFactory
from tests.factories.payments import PaymentFactory
from tests.payments.steps import learn, paid, stored


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
    for words in ("会費（1か月）", attempt.order_id, "手続き中", "支払い済み", "3812", "CAPTURE"):
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
        assert office.get(reverse(f"admin:payments_{kind}_add")).status_code == 403
        assert office.post(page(kind, row), {"state": "settled"}).status_code == 403
        assert office.post(reverse(f"admin:payments_{kind}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
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


def test_a_notice_is_shown_as_it_came(office: Client, attempt: Attempt) -> None:
    notice = stored(attempt)
    assert attempt.order_id in text(office.get(listed("gatewaynotice")))
    assert "TranID=1111" in text(office.get(page("gatewaynotice", notice)))


def test_trouble_is_resolved_once_with_a_reason_and_on_record(office: Client, attempt: Attempt, cast: Cast) -> None:
    learn(attempt, paid(3813))
    trouble = Trouble.objects.get()
    assert page("trouble", trouble) in text(office.get(listed("trouble") + "?resolved_at__isempty=1"))
    refused = text(office.post(page("trouble", trouble), {"way": "resolve", "resolution": " "}))
    assert "エラー: " in refused
    assert office.post(page("trouble", trouble), {"way": "resolve", "resolution": "3,813円を返金済み"}).status_code == 302
    trouble.refresh_from_db()
    assert trouble.resolution == "3,813円を返金済み"
    assert trouble.resolved_at
    entry = AuditEntry.objects.get(action="trouble.resolved")
    assert (entry.actor_user_id, entry.member_id) == (cast.office.pk, cast.aya.pk)
    office.post(page("trouble", trouble), {"way": "resolve", "resolution": "別の理由"})
    trouble.refresh_from_db()
    assert trouble.resolution == "3,813円を返金済み"
    assert LedgerLine.objects.count() == 1, "resolving moves no money"


def test_trouble_is_neither_made_nor_deleted_by_hand(office: Client, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    trouble = Trouble.objects.get()
    assert office.get(reverse("admin:payments_trouble_add")).status_code == 403
    assert office.post(reverse("admin:payments_trouble_delete", args=[trouble.pk]), {"post": "yes"}).status_code == 403


def test_office_staff_without_the_right_see_no_money(cast: Cast, fee: Payment) -> None:
    operator = UserFactory(email="operator@example.jp", is_staff=True, totp=True)
    client = cast.client(operator)
    assert client.get(listed("payment")).status_code == 403
    operator.user_permissions.add(Permission.objects.get(codename="view_payment"))
    assert client.get(page("payment", fee)).status_code == 200


def test_who_may_only_look_resolves_nothing(cast: Cast, attempt: Attempt) -> None:
    learn(attempt, paid(3813))
    reader = UserFactory(email="reader@example.jp", is_staff=True, totp=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_trouble"))
    trouble = Trouble.objects.get()
    assert cast.client(reader).post(page("trouble", trouble), {"way": "resolve", "resolution": "済み"}).status_code == 403
    trouble.refresh_from_db()
    assert trouble.resolved_at is None


def test_a_way_out_is_taken_on_the_same_page_and_a_refusal_shows_at_its_field(office: Client, attempt: Attempt, opened: list[int]) -> None:
    learn(attempt, paid(3811))
    trouble = Trouble.objects.get()
    refused = text(office.post(page("trouble", trouble), {"way": "reinstate", "resolution": "承認"}))
    assert "この入金でお支払いを完了にすることはできません" in refused
    assert office.post(page("trouble", trouble), {"way": "give_back", "resolution": "金額違い"}).status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (3811, "requested")
    assert "3811" in text(office.get(listed("refund"))).replace(",", "")
    assert office.post(page("refund", refund), {"decision": "refuse", "words": ""}).status_code == 200
    assert office.post(page("refund", refund), {"decision": "approve", "words": ""}).status_code == 302
    refund.refresh_from_db()
    assert refund.state == "approved"

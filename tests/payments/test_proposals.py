"""Refunds that a person proposes: goodwill by two people, and what was refused by mistake (issue: the office's refunds)."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from ossma.core.models import AuditEntry
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, queries
from payments.forms.office import GoodwillForm
from payments.gateways.base import Status
from payments.models import Attempt, Payment, Refund
from payments.states import PaymentState, RefundState
from tests.cast import Cast, office_viewer
from tests.factories.payments import FEE, NOON
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid

ACCOUNT = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ アヤ"}


@pytest.fixture
def settled(attempt: Attempt, gateway: FakeGateway) -> Attempt:
    """Aya has paid 3,812 yen at a store."""
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    Attempt.objects.update(method="konbini")
    return attempt


@pytest.fixture
def clerks(cast: Cast) -> tuple[Viewer, Viewer]:
    """A clerk and a manager."""
    return office_viewer(cast.colleague("clerk").pk, "clerk"), office_viewer(cast.office.pk)


def goodwill(settled: Attempt, actor: Viewer, amount: int = 1000, reason: str = "病気のため") -> Refund:
    return actions.propose_goodwill(payment_id=settled.payment_id, amount=amount, reason=reason, actor=actor, at=NOON)


def refused(settled: Attempt, **more) -> Refund:
    refund = actions.request_refund(payment_id=settled.payment_id, amount=FEE - 182, handling=182, rule="取消", actor=SYSTEM, at=NOON, **more)
    return actions.refuse_refund(refund_id=refund.pk, note="誤り", actor=SYSTEM, at=NOON)


def test_goodwill_is_proposed_by_one_and_approved_by_another(settled: Attempt, clerks) -> None:
    clerk, manager = clerks
    refund = goodwill(settled, clerk)
    assert (refund.goodwill, refund.reason, refund.proposed_by_id, refund.state) == (
        True,
        "病気のため",
        clerk.user_id,
        RefundState.REQUESTED,
    )
    actions.approve_refund(refund_id=refund.pk, note="", actor=manager, at=NOON)
    assert AuditEntry.objects.get(action="refund.goodwill_proposed").detail == {"amount": 1000, "why": "病気のため"}


def test_nobody_approves_the_goodwill_that_they_proposed(settled: Attempt, clerks) -> None:
    refund = goodwill(settled, clerks[1])
    with pytest.raises(Refused):
        actions.approve_refund(refund_id=refund.pk, note="", actor=clerks[1], at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(approved_by=F("proposed_by"))


@pytest.mark.parametrize("lost", [{"proposed_by": None}, {"reason": ""}, {"surplus": True}])
def test_the_database_keeps_no_goodwill_without_a_person_and_a_reason(settled: Attempt, clerks, lost: dict) -> None:
    refund = goodwill(settled, clerks[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(**lost)


@pytest.mark.parametrize(("amount", "reason"), [(0, "理由"), (FEE + 1, "理由"), (1000, " ")])
def test_goodwill_needs_a_reason_and_money_that_is_held(settled: Attempt, clerks, amount: int, reason: str) -> None:
    with pytest.raises(Refused):
        goodwill(settled, clerks[0], amount, reason)


def test_a_program_has_no_goodwill(settled: Attempt) -> None:
    with pytest.raises(Refused):
        goodwill(settled, SYSTEM)


def test_an_unpaid_payment_has_nothing_to_give_back_as_goodwill(attempt: Attempt, clerks) -> None:
    with pytest.raises(Refused):
        goodwill(attempt, clerks[0])


def test_what_was_given_as_goodwill_is_no_longer_held_and_is_named_apart(settled: Attempt, clerks) -> None:
    goodwill(settled, clerks[0])
    assert [(one.amount, one.goodwill) for one in queries.holdings([settled.payment_id])] == [(FEE - 1000, 1000)]


def test_a_refund_refused_by_mistake_is_asked_for_again_with_its_sum_rule_and_account(settled: Attempt, clerks) -> None:
    clerk, manager = clerks
    asked = actions.request_refund(payment_id=settled.payment_id, amount=FEE - 182, handling=182, rule="取消", actor=SYSTEM, at=NOON)
    actions.give_account(refund_id=asked.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)
    actions.refuse_refund(refund_id=asked.pk, note="誤り", actor=SYSTEM, at=NOON)
    assert Payment.objects.get().state == PaymentState.SETTLED
    again = actions.ask_again(refund_id=asked.pk, reason="却下は誤りだった", actor=clerk, at=NOON)
    assert (again.amount, again.handling, again.rule, again.reason) == (FEE - 182, 182, "取消", "却下は誤りだった")
    assert (again.state, again.proposed_by_id, again.again_of_id, '"0012345"' in again.account) == (
        "requested",
        clerk.user_id,
        asked.pk,
        True,
    )
    assert Payment.objects.get().state == PaymentState.REFUND_REQUESTED
    assert AuditEntry.objects.get(action="refund.asked_again").detail["why"] == "却下は誤りだった"
    seen = actions.transfers.rules.fingerprint(again.account)
    assert actions.approve_refund(refund_id=again.pk, note="", seen=seen, actor=manager, at=NOON).state == RefundState.APPROVED


def test_asked_for_again_twice_it_is_one(settled: Attempt, clerks) -> None:
    old = refused(settled)
    first, second = (actions.ask_again(refund_id=old.pk, reason="誤り", actor=who, at=NOON) for who in clerks)
    assert first == second
    assert Refund.objects.count() == 2


def test_more_than_is_held_by_now_is_not_asked_for_again(settled: Attempt, clerks) -> None:
    old = refused(settled)
    new = goodwill(settled, clerks[0])
    actions.approve_refund(refund_id=new.pk, note="", actor=clerks[1], at=NOON)
    with pytest.raises(Refused):
        actions.ask_again(refund_id=old.pk, reason="誤り", actor=clerks[0], at=NOON)
    actions.give_account(refund_id=new.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)
    seen = actions.transfers.rules.fingerprint(Refund.objects.get(pk=new.pk).account)
    actions.confirm_transfer(refund_id=new.pk, reference="T", seen=seen, actor=clerks[0], at=NOON)
    with pytest.raises(Refused, match="2812"):
        actions.ask_again(refund_id=old.pk, reason="誤り", actor=clerks[0], at=NOON)


@pytest.mark.parametrize("reason", ["", "  "])
def test_asking_again_needs_a_reason(settled: Attempt, clerks, reason: str) -> None:
    with pytest.raises(Refused):
        actions.ask_again(refund_id=refused(settled).pk, reason=reason, actor=clerks[0], at=NOON)


def test_what_was_not_refused_is_not_asked_for_again(settled: Attempt, clerks) -> None:
    refund = goodwill(settled, clerks[0])
    with pytest.raises(Refused):
        actions.ask_again(refund_id=refund.pk, reason="誤り", actor=clerks[1], at=NOON)


def test_who_lacks_the_duty_proposes_nothing(settled: Attempt, cast: Cast) -> None:
    with pytest.raises(NotFound):
        goodwill(settled, office_viewer(cast.office.pk, "publisher"))


@pytest.mark.parametrize("typed", ["1000", "１，０００円", "¥1,000", " 1000 "])
def test_a_sum_is_read_however_it_is_typed(typed: str) -> None:
    form = GoodwillForm({"amount": typed, "reason": "理由"})
    assert form.is_valid()
    assert form.cleaned_data["amount"] == 1000


@pytest.mark.parametrize("typed", ["", "千円", "10.5", "-1", "1" * 12])
def test_no_sum_is_said_at_its_field(typed: str) -> None:
    assert "amount" in GoodwillForm({"amount": typed, "reason": "理由"}).errors


class TestPages:
    """As the office sees it."""

    def test_goodwill_is_proposed_from_the_page_of_the_payment(self, cast: Cast, settled: Attempt) -> None:
        office: Client = cast.client(cast.office)
        url = reverse("admin:payments_payment_goodwill", args=[settled.payment_id])
        assert url in office.get(reverse("admin:payments_payment_change", args=[settled.payment_id])).content.decode()
        assert "3,812円" in office.get(url).content.decode()
        answer = office.post(url, {"amount": "9,999", "reason": "病気のため"})
        assert "9,999" in answer.content.decode()
        assert "病気のため" in answer.content.decode()
        assert not Refund.objects.exists()
        assert office.post(url, {"amount": "1,000", "reason": "病気のため"}).status_code == 302
        assert Refund.objects.get().amount == 1000

    def test_an_operator_has_no_such_page(self, cast: Cast, settled: Attempt) -> None:
        url = reverse("admin:payments_payment_goodwill", args=[settled.payment_id])
        assert cast.client(cast.colleague("operator")).get(url).status_code == 404

    def test_a_refused_refund_is_asked_for_again_on_its_page_once(self, cast: Cast, settled: Attempt) -> None:
        office: Client = cast.client(cast.office)
        url = reverse("admin:payments_refund_change", args=[refused(settled).pk])
        assert "再申請" in office.get(url).content.decode()
        assert "理由" in office.post(url, {"decision": "again", "words": ""}).content.decode()
        assert Refund.objects.count() == 1
        assert office.post(url, {"decision": "again", "words": "却下は誤り"}).status_code == 302
        again = Refund.objects.get(state="requested")
        shown = office.get(url).content.decode()
        assert 'value="again"' not in shown
        assert reverse("admin:payments_refund_change", args=[again.pk]) in shown

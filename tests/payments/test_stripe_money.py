"""Orders at Stripe from end to end: our rows, the real adapter, and Stripe's side over HTTP (money.md, "Gateways")."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM
from payments import actions, queries, tasks
from payments.actions.refunds import finish_refund
from payments.gateways import desk
from payments.models import Attempt, GatewayNotice, LedgerLine, Payment, Refund, Trouble
from payments.queries.locking import lock_refund
from payments.states import AttemptState, LedgerKind, NoticeState, PaymentState, RefundState, RefundWay, TroubleKind
from tests.cast import Cast, office_viewer
from tests.factories.members import UserFactory
from tests.factories.payments import FEE, PaymentFactory
from tests.payments.steps import CLOSED
from tests.payments.stripe_rig import KEY, SECRET, Books, stripe_sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("opened")]
PAYER = desk.Payer(name="山田 あや", kana="ヤマダ アヤ", mail="aya@example.jp", language="ja")


@pytest.fixture
def books(settings) -> Iterator[Books]:
    with stripe_sandbox() as (url, books):
        settings.STRIPE_API_URL, settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = url, KEY, SECRET
        settings.PAYMENT_GATEWAY, settings.GMO_SHOP_ID = "stripe", ""
        yield books


@pytest.fixture
def order(books: Books) -> Attempt:
    """A page of Stripe's that was opened for Aya's fee."""
    payment = PaymentFactory(created_at=timezone.now())
    desk.start(payment_id=payment.pk, payer=PAYER, return_url="https://ossma.example/", actor=SYSTEM, at=timezone.now())
    return Attempt.objects.get()


def asked(order: Attempt) -> None:
    """What the scheduler does, whenever it asked last."""
    list(desk.reconcile(Attempt.objects.filter(pk=order.pk).select_related("payment"), clock=timezone.now))
    order.refresh_from_db()


def test_a_number_is_waited_for_when_the_payment_is_called_off_and_its_money_goes_back(order: Attempt, books: Books) -> None:
    books.konbini(order.order_id)
    asked(order)
    actions.cancel(payment_id=order.payment_id, cause="member", actor=SYSTEM, at=timezone.now())
    Attempt.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    assert tasks.close() == 1
    order.refresh_from_db()
    assert order.state == AttemptState.AWAITING, "Stripe stops no number, so the order is watched until its term"
    books.till(order.order_id)
    asked(order)
    trouble = Trouble.objects.get()
    assert (trouble.kind, order.state, LedgerLine.objects.get().amount) == (TroubleKind.NOT_PAYABLE, AttemptState.PAID, FEE)
    refund = actions.give_back(trouble_id=trouble.pk, resolution="取消後の入金", actor=SYSTEM, at=timezone.now())
    assert (refund.amount, refund.surplus, Payment.objects.get().state) == (FEE, True, PaymentState.CANCELLED)
    assert Refund.objects.count() == 1


def test_a_member_is_told_that_a_number_cannot_be_withdrawn(order: Attempt, books: Books, cast: Cast) -> None:
    books.konbini(order.order_id)
    asked(order)
    client = cast.client(order.payment.member)
    answer = client.post(reverse("member:payments:give_up", args=[order.payment_id]), follow=True)
    assert "番号の取消しができません" in answer.content.decode()


def test_a_number_that_runs_out_after_calling_off_ends_its_order(order: Attempt, books: Books) -> None:
    books.konbini(order.order_id)
    asked(order)
    actions.cancel(payment_id=order.payment_id, cause="member", actor=SYSTEM, at=timezone.now())
    books.run_out(order.order_id)
    asked(order)
    assert (order.state, Trouble.objects.exists()) == (AttemptState.EXPIRED, False)


def arrived(books: Books) -> list[GatewayNotice]:
    """Every event that Stripe has sent reaches our door, and is acted on; what was stored of them."""
    before = list(GatewayNotice.objects.values_list("pk", flat=True))
    for headers, body in books.events:
        assert Client().post("/payments/notify/stripe/", body, content_type="application/json", headers=headers).status_code == 200
    books.events.clear()
    tasks.apply_notices()
    return list(GatewayNotice.objects.exclude(pk__in=before).order_by("pk"))


@pytest.fixture
def paid(order: Attempt, books: Books) -> Attempt:
    """Aya has paid by card, and we know it."""
    books.card(order.order_id)
    arrived(books)
    order.refresh_from_db()
    assert order.state == AttemptState.PAID
    return order


def booked(order: Attempt) -> int:
    return sum(line.amount for line in order.ledger.all())


def the_dispute() -> Trouble:
    return Trouble.objects.get(kind=TroubleKind.DISPUTED)


def test_a_dispute_is_found_by_its_payment_and_stands_on_the_work_list_with_sum_reason_and_deadline(paid: Attempt, books: Books) -> None:
    dispute = books.dispute(paid.order_id)
    created, _withdrawn = arrived(books)
    assert (created.order_id, created.attempt, created.state) == ("", paid, NoticeState.APPLIED)
    trouble = the_dispute()
    assert (trouble.attempt, trouble.payment_id, trouble.resolved_at) == (paid, paid.payment_id, None)
    assert (trouble.detail["amount"], trouble.detail["reason"], trouble.detail["state"]) == (FEE, "fraudulent", "open")
    assert datetime.fromisoformat(trouble.detail["due_at"]).timestamp() == dispute["evidence_details"]["due_by"]
    assert (booked(paid), Payment.objects.get().state) == (FEE, PaymentState.SETTLED), "what is at stake is not lost yet"
    asked(paid)
    assert Trouble.objects.count() == 1, "told again, it is one entry"


def test_a_dispute_about_a_payment_that_is_not_ours_is_told_by_its_name_at_stripe(paid: Attempt, books: Books) -> None:
    Attempt.objects.update(intent="")
    dispute = books.dispute(paid.order_id)
    arrived(books)
    trouble = Trouble.objects.filter(kind=TroubleKind.UNKNOWN_ORDER).first()
    assert trouble
    assert trouble.detail["order"] == dispute["payment_intent"]
    asked(paid)
    assert the_dispute().attempt == paid, "asking finds it all the same, and keeps the name"
    assert paid.intent == dispute["payment_intent"]


def test_nothing_is_given_back_on_top_of_a_dispute(paid: Attempt, books: Books) -> None:
    by_rule = actions.request_refund(payment_id=paid.payment_id, amount=FEE, rule="取消", actor=SYSTEM, at=timezone.now())
    dispute = books.dispute(paid.order_id)
    arrived(books)
    who = office_viewer(UserFactory(is_staff=True).pk)
    with pytest.raises(Refused, match=r"disputes|異議"):
        actions.approve_refund(refund_id=by_rule.pk, note="", actor=who, at=timezone.now())
    actions.refuse_refund(refund_id=by_rule.pk, note="異議申立て中", actor=who, at=timezone.now())
    with pytest.raises(Refused, match=r"disputes|異議"):
        actions.propose_goodwill(payment_id=paid.payment_id, amount=100, reason="お詫び", actor=who, at=timezone.now())
    actions.resolve_trouble(trouble_id=the_dispute().pk, resolution="証拠を提出", actor=SYSTEM, at=timezone.now())
    with pytest.raises(Refused, match=r"disputes|異議"):
        actions.propose_goodwill(payment_id=paid.payment_id, amount=100, reason="お詫び", actor=who, at=timezone.now())
    books.dispute_ends(dispute, "won")
    arrived(books)
    assert the_dispute().resolved_at, "a dispute that ends well needs nobody"
    assert actions.propose_goodwill(payment_id=paid.payment_id, amount=100, reason="お詫び", actor=who, at=timezone.now())


def test_the_page_of_a_refund_offers_no_approval_while_the_charge_is_disputed(paid: Attempt, books: Books, cast: Cast) -> None:
    refund = actions.request_refund(payment_id=paid.payment_id, amount=FEE, rule="取消", actor=SYSTEM, at=timezone.now())
    url = reverse("admin:payments_refund_change", args=[refund.pk])
    before = cast.client(cast.office).get(url).content.decode()
    books.dispute(paid.order_id)
    arrived(books)
    page = cast.client(cast.office).get(url).content.decode()
    assert ('value="approve"' in before, 'value="approve"' in page, 'value="refuse"' in page) == (True, False, True)
    assert "支払者がカード会社に異議を申し立てています" in page


def test_a_lost_dispute_is_booked_once_and_what_was_paid_for_is_decided(paid: Attempt, books: Books) -> None:
    dispute = books.dispute(paid.order_id)
    arrived(books)
    actions.resolve_trouble(trouble_id=the_dispute().pk, resolution="証拠を提出", actor=SYSTEM, at=timezone.now())
    books.dispute_ends(dispute, "lost")
    arrived(books)
    asked(paid)
    line = LedgerLine.objects.get(kind=LedgerKind.CHARGED_BACK)
    trouble = the_dispute()
    assert (line.amount, booked(paid), paid.state, Payment.objects.get().state) == (-FEE, 0, AttemptState.REFUNDED, PaymentState.REFUNDED)
    assert (trouble.resolved_at, trouble.detail["state"], Trouble.objects.count()) == (None, "lost", 1)
    found = queries.ways_out(SYSTEM, trouble.pk)
    assert (found.ends, found.twice, found.free, found.missing) == (f"THING-{paid.payment.subject_id}", 0, 0, 0)
    with pytest.raises(Refused):
        actions.request_refund(payment_id=paid.payment_id, amount=1, rule="取消", actor=SYSTEM, at=timezone.now())
    assert queries.holdings([paid.payment_id])[0].amount == 0
    actions.decide_charged_back(trouble_id=trouble.pk, resolution="支払いなし", closes=True, actor=SYSTEM, at=timezone.now())
    assert (CLOSED, the_dispute().resolution) == ([paid.payment_id], "支払いなし")
    with pytest.raises(Refused):
        actions.decide_charged_back(trouble_id=trouble.pk, resolution="再度", actor=SYSTEM, at=timezone.now())


def test_a_part_that_was_lost_leaves_the_rest(paid: Attempt, books: Books) -> None:
    books.dispute_ends(books.dispute(paid.order_id, 1000), "lost")
    arrived(books)
    assert (booked(paid), Attempt.objects.get().state) == (FEE - 1000, AttemptState.PAID)
    assert (queries.holdings([paid.payment_id])[0].amount, queries.ways_out(SYSTEM, the_dispute().pk).ends) == (FEE - 1000, "")
    asked(paid)
    assert Trouble.objects.count() == 1, "the gateway and the books agree"
    actions.request_refund(payment_id=paid.payment_id, amount=FEE - 1000, rule="取消", actor=SYSTEM, at=timezone.now())


def test_a_dispute_won_after_it_was_lost_is_booked_back(paid: Attempt, books: Books) -> None:
    dispute = books.dispute(paid.order_id)
    books.dispute_ends(dispute, "lost")
    arrived(books)
    actions.decide_charged_back(trouble_id=the_dispute().pk, resolution="有効のまま", actor=SYSTEM, at=timezone.now())
    books.dispute_ends(dispute, "won")
    arrived(books)
    paid.refresh_from_db()
    assert (booked(paid), paid.state, Payment.objects.get().state) == (FEE, AttemptState.PAID, PaymentState.SETTLED)
    assert (the_dispute().detail["state"], the_dispute().resolved_at) == ("won", None), "somebody looks at what was ended meanwhile"
    asked(paid)
    assert Trouble.objects.count() == 1


def test_what_had_been_transferred_already_and_is_lost_too_went_out_twice(paid: Attempt, books: Books) -> None:
    """Paid out never passes paid in: the ledger takes what it holds, and the entry tells the rest."""
    refund = actions.request_refund(payment_id=paid.payment_id, amount=1000, rule="取消", actor=SYSTEM, at=timezone.now())
    Refund.objects.filter(pk=refund.pk).update(way=RefundWay.TRANSFER, state=RefundState.APPROVED)
    with transaction.atomic():
        finish_refund(refund=lock_refund(refund.pk), reference="振込", cause="bank transfer", actor=SYSTEM, at=timezone.now())
    books.dispute_ends(books.dispute(paid.order_id), "lost")
    arrived(books)
    asked(paid)
    assert (booked(paid), Attempt.objects.get().state) == (0, AttemptState.REFUNDED)
    assert queries.ways_out(SYSTEM, the_dispute().pk).twice == 1000
    assert Trouble.objects.count() == 1, "one thing that happened is one entry"


def test_an_inquiry_takes_no_money_and_closes_without_loss(paid: Attempt, books: Books) -> None:
    inquiry = books.dispute(paid.order_id, reason="general", inquiry=True)
    arrived(books)
    assert the_dispute().detail["status"] == "warning_needs_response"
    books.dispute_ends(inquiry, "warning_closed")
    arrived(books)
    assert (the_dispute().detail["state"], booked(paid)) == ("won", FEE)


def test_the_office_reads_sum_reason_and_deadline_in_both_languages(paid: Attempt, books: Books, cast: Cast) -> None:
    dispute = books.dispute(paid.order_id)
    arrived(books)
    url = reverse("admin:payments_trouble_change", args=[the_dispute().pk])
    japanese = cast.client(cast.office).get(url).content.decode()
    assert all(words in japanese for words in ("カード会社に異議", "3,812円", "fraudulent", "証拠の提出期限"))
    english = cast.client(cast.office).get(url, headers={"accept-language": "en"}).content.decode()
    assert all(words in english for words in ("Evidence until", "did not pay this"))
    assert 'value="give_back"' not in english
    assert 'value="resolve"' in english
    books.dispute_ends(dispute, "lost")
    arrived(books)
    lost = cast.client(cast.office).get(url).content.decode()
    assert 'value="end"' in lost
    assert 'value="keep"' in lost
    assert 'value="resolve"' not in lost, "words alone do not decide what becomes of it"
    cast.client(cast.office).post(url, {"decision": "keep", "words": "学校が負担"})
    assert (the_dispute().resolution, CLOSED) == ("学校が負担", [])


def test_a_refund_made_in_the_dashboard_arrives_by_event(paid: Attempt, books: Books) -> None:
    books.refund(paid.order_id, 1000)
    arrived(books)
    trouble = Trouble.objects.get()
    found = queries.ways_out(SYSTEM, trouble.pk)
    assert (trouble.kind, trouble.attempt, found.missing) == (TroubleKind.REFUNDED_OUTSIDE, paid, 1000)
    actions.book_outside(trouble_id=trouble.pk, resolution="管理画面で返金済み", actor=SYSTEM, at=timezone.now())
    assert (booked(paid), Payment.objects.get().state) == (FEE - 1000, PaymentState.REFUNDED)
    asked(paid)
    assert not Trouble.objects.filter(resolved_at=None).exists()


def test_a_refund_that_the_bank_sends_back_later_is_money_that_waits_for_a_place(paid: Attempt, books: Books) -> None:
    refund = books.refund(paid.order_id, 1000)
    arrived(books)
    actions.book_outside(trouble_id=Trouble.objects.get().pk, resolution="返金済み", actor=SYSTEM, at=timezone.now())
    books.refund_fails(paid.order_id, refund)
    [event] = arrived(books)
    assert (event.attempt, booked(paid)) == (paid, FEE)
    again = Trouble.objects.get(resolved_at=None)
    assert queries.ways_out(SYSTEM, again.pk).give_back == 1000


@pytest.mark.parametrize("what", ["refund", "dispute"])
@pytest.mark.parametrize(("days", "found"), [(8, True), (179, True), (181, False)])
def test_what_no_event_told_is_found_within_half_a_year(paid: Attempt, books: Books, what: str, days: int, found: bool) -> None:
    getattr(books, what)(paid.order_id, 1000)
    long_ago = timezone.now() - timedelta(days=days)
    Attempt.objects.update(ended_at=long_ago, asked_at=long_ago)
    tasks.reconcile()
    kinds = {"refund": TroubleKind.REFUNDED_OUTSIDE, "dispute": TroubleKind.DISPUTED}
    assert list(Trouble.objects.values_list("kind", flat=True)) == ([kinds[what]] if found else [])


def test_an_order_paid_long_ago_is_asked_about_once_a_day_and_so_is_a_dispute_of_any_age(paid: Attempt, books: Books) -> None:
    long_ago, now = timezone.now() - timedelta(days=30), timezone.now()
    Attempt.objects.update(ended_at=long_ago, asked_at=now - timedelta(hours=23))
    assert tasks.reconcile()["asked"] == 0
    Attempt.objects.update(asked_at=now - timedelta(hours=25))
    assert tasks.reconcile()["asked"] == 1
    assert tasks.reconcile()["asked"] == 0
    books.dispute(paid.order_id)
    arrived(books)
    Attempt.objects.update(ended_at=now - timedelta(days=400), asked_at=now - timedelta(days=2))
    assert tasks.reconcile()["asked"] == 1

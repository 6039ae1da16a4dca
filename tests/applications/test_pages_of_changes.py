"""Pages of a change of period and of a cancellation, as a member goes through them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, PeriodChange
from applications.rules.period import day_in_japan
from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from payments.models import Payment, Refund
from tests.applications.conftest import submit
from tests.applications.paying import pay_open
from tests.factories.applications import CancellationTableFactory, PeriodChangeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def trip(cast, now):
    """From in 40 days, a week long; paid at a shop's till if asked."""
    CancellationTableFactory(version="2026-04", note="見本の規定です")
    first = day_in_japan(now) + timedelta(days=40)
    application = submit(cast, at=now, first_day=first, last_day=first + timedelta(days=6))
    pay_open(cast.aya, now)
    application.refresh_from_db()
    return application


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


def page(name, trip, *more):
    return reverse(f"member:applications:{name}", args=[trip.pk, *more])


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def typed(trip, longer=60, **more):
    days = {"first_day": trip.first_day.isoformat(), "last_day": (trip.first_day + timedelta(days=longer)).isoformat()}
    return days | {"purpose": "study", "host": "", "stops-0-country": "0033", "stops-0-city": "パリ"} | more


def test_a_longer_period_is_checked_asked_about_and_leads_to_the_payment(aya, trip):
    check = text(aya.post(page("edit", trip), typed(trip, step="check")))
    assert "お支払いいただく差額" in check and "変更前" in check and "変更する" in check
    ask = aya.post(page("edit", trip), typed(trip, step="ask"))
    assert "変更してよろしいですか。" in text(ask)
    answer = aya.post(page("edit", trip), typed(trip, step="yes", shown=ask.context["plan"].shown), follow=True)
    payment = Payment.objects.get(purpose="period_difference")
    assert answer.redirect_chain[-1][0] == reverse("member:payments:detail", args=[payment.pk])
    detail = text(aya.get(page("detail", trip)))
    assert "期間の変更が手続き中です" in detail and reverse("member:payments:detail", args=[payment.pk]) in detail and "変更を取りやめる" in detail


def test_figures_that_no_longer_hold_are_shown_again_before_anything_happens(aya, trip):
    again = aya.post(page("edit", trip), typed(trip, step="yes", shown="pay:1:1:0"))
    assert "もう一度ご確認ください" in text(again) and "変更してよろしいですか。" in text(again)
    assert PeriodChange.objects.count() == 0


def test_a_period_that_cannot_be_is_said_at_its_field(aya, trip):
    form = aya.post(page("edit", trip), typed(trip, longer=-2, step="check")).context["form"]
    assert set(form.errors) == {"last_day"}


def test_from_the_first_day_on_it_is_fixed(cast, aya, now):
    first = day_in_japan(now)
    trip = submit(cast, at=now, first_day=first, last_day=first + timedelta(days=6))
    pay_open(cast.aya, now)
    form = text(aya.get(page("edit", trip)))
    assert "開始日は変更できません" in form and "disabled" in form
    assert "お支払いいただく差額" in text(aya.post(page("edit", trip), typed(trip, step="check", first_day="2020-01-01")))


def test_a_waiting_change_is_taken_back_after_a_question(aya, trip, cast):
    waiting = PeriodChangeFactory(application=trip)
    assert "取りやめてよろしいですか。" in text(aya.get(page("withdraw", trip)))
    assert "変更を取りやめました" in text(aya.post(page("withdraw", trip), follow=True))
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    assert aya.get(page("withdraw", trip)).url == page("detail", trip)


def test_a_change_of_the_host_leaves_a_waiting_change_alone(aya, trip):
    PeriodChangeFactory(application=trip)
    form = aya.get(page("edit", trip)).context["form"]
    days = {name: form[name].value() for name in ("first_day", "last_day")}
    aya.post(page("edit", trip), typed(trip) | days | {"host": "Sorbonne", "step": "yes"})
    assert (PeriodChange.objects.get().state, Application.objects.get().host) == ("awaiting_approval", "Sorbonne")


def test_details_tell_the_history_of_periods_and_quotes(aya, trip, cast):
    aya.post(page("edit", trip), typed(trip, longer=20, step="yes", shown="no_money:3812:0:0"))
    details = text(aya.get(page("details", trip)))
    assert "期間の変更履歴" in details and "変更済み" in details and "これまでの会費のお見積り" in details


def test_the_way_to_call_off_shows_the_rules_asks_and_tells_what_comes_next(aya, trip):
    rules = text(aya.get(page("cancel", trip)))
    for words in ("取消規定（2026-04）", "見本の規定です", "出発の30日前まで", "100%", "3,630円", "182円", "返金されない額"):
        assert words in rules
    asking = aya.get(page("cancel", trip), {"ask": "1"})
    assert "この申込を取り消してよろしいですか。" in text(asking)
    done = text(aya.post(page("cancel", trip), {"shown": asking.context["offer"].shown}, follow=True))
    assert "申込を取り消しました" in done and "事務局が返金を確認します" in done
    assert Refund.objects.get().amount == 3630
    assert "取消の内容を見る" in text(aya.get(page("detail", trip)))


@pytest.fixture
def cash(cast, now):
    """From in 40 days, two months; paid at a shop's till."""
    CancellationTableFactory()
    first = day_in_japan(now) + timedelta(days=40)
    trip = submit(cast, at=now, first_day=first, last_day=first + timedelta(days=45))
    payment = pay_open(cast.aya, now, method="konbini")
    trip.refresh_from_db()
    return trip, reverse("member:payments:refund", args=[payment.pk])


def mailed(kind):
    mail = OutboxMessage.objects.get(template=f"applications/{kind}", to_address="aya@example.jp")
    return render_mail(mail.template, json.loads(mail.context), mail.language)[1]


def test_what_was_paid_in_cash_asks_for_a_bank_account_after_calling_off(aya, cash):
    trip, account = cash
    shown = aya.get(page("cancel", trip), {"ask": "1"}).context["offer"].shown
    done = text(aya.post(page("cancel", trip), {"shown": shown}, follow=True))
    assert f'href="{account}"' in done and "返金先の口座を登録してください" in done
    mail = mailed("cancelled")
    assert account in mail and "返金先の口座を登録してください" in mail and "Please enter your bank account here" in mail


def test_a_shorter_period_paid_in_cash_asks_for_a_bank_account_on_every_page_and_in_the_mail(aya, cash):
    trip, account = cash
    ask = aya.post(page("edit", trip), typed(trip, longer=5, step="ask"))
    done = text(aya.post(page("edit", trip), typed(trip, longer=5, step="yes", shown=ask.context["plan"].shown), follow=True))
    assert f'href="{account}"' in done and "申込を変更しました" in done
    home = text(aya.get("/"))
    assert f'href="{account}"' in home and "円を銀行振込で返金します。返金先の口座を登録してください" in home
    assert account in text(aya.get(page("detail", trip)))
    assert account in mailed("changed")
    Refund.objects.update(account="{}")
    for url in ("/", page("details", trip), page("detail", trip)):
        assert account not in text(aya.get(url))


def test_what_was_paid_by_card_asks_for_no_account(aya, trip):
    ask = aya.get(page("cancel", trip), {"ask": "1"})
    done = text(aya.post(page("cancel", trip), {"shown": ask.context["offer"].shown}, follow=True))
    assert "返金先の口座を登録" not in done and "返金先の口座を登録" not in mailed("cancelled")
    assert "返金先の口座を登録" not in text(aya.get("/"))


def test_where_nothing_goes_back_the_page_says_so_before_and_after(aya, cast, now):
    CancellationTableFactory(rows={60: "1"})
    first = day_in_japan(now) + timedelta(days=40)
    trip = submit(cast, at=now, first_day=first, last_day=first)
    pay_open(cast.aya, now)
    assert "今日の規定では返金はありません" in text(aya.get(page("cancel", trip)))
    assert "返金はありません" in text(aya.post(page("cancel", trip), follow=True))


def test_where_the_school_pays_the_contract_is_named(aya, cast, now):
    first = day_in_japan(now) + timedelta(days=40)
    trip = submit(cast, at=now, payer="school", first_day=first, last_day=first)
    assert "契約にもとづいて学校と事務局の間で精算します" in text(aya.get(page("cancel", trip)))
    assert "契約にもとづいて学校と事務局の間で精算します" in text(aya.post(page("cancel", trip), follow=True))


def test_without_a_rule_the_page_sends_to_the_office(aya, cast, now):
    first = day_in_japan(now) + timedelta(days=40)
    trip = submit(cast, at=now, first_day=first, last_day=first)
    pay_open(cast.aya, now)
    assert "取消規定がまだ設定されていません" in text(aya.get(page("cancel", trip)))

"""The way through the form: new → check → 申し込む → はい → done."""

from datetime import date

import pytest
from django.urls import reverse

from applications.models import Application, ApplicationDraft
from payments.models import Payment
from tests.factories.applications import ApplicationFactory, FeeTableFactory

pytestmark = pytest.mark.django_db

NEW, CONFIRM, FEE = (reverse(f"member:applications:{name}") for name in ("new", "confirm", "fee"))


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The clock of pages and actions stands on 1 June 2026."""
    for module in ("applications.views.member.applying", "applications.actions.applying", "applications.actions.charging"):
        monkeypatch.setattr(f"{module}.day_in_japan", lambda _at: date(2026, 6, 1))


def typed(**changes):
    data = {
        "service": "ossma", "payer": "member", "purpose": "study", "host": "Institut de langue", "first_day": "2026-07-01", "last_day": "2026-07-31",
        "stops-0-country": "0033", "stops-0-city": "ぱり", "stops-1-country": "", "stops-1-city": "", "stops-2-country": "", "stops-2-city": "",
    }  # fmt: skip
    return data | changes


def yes(browser):
    """What はい sends from the confirmation as it stands now."""
    shown = browser.get(CONFIRM, {"ask": "1"}).context
    return {"key": str(shown["key"]), "shown": shown["shown"]}


def errors(response):
    form, stops = response.context["form"], response.context["stops"]
    return {**form.errors, **{f"stops-{n}-{name}": found for n, stop in enumerate(stops) for name, found in stop.errors.items()}}


def test_the_whole_way_ends_at_the_payment(aya, cast):
    assert aya.post(NEW, typed()).url == CONFIRM
    page = aya.get(CONFIRM).content.decode()
    for words in ("パリ", "3,300円", "330円", "182円", "3,812円", "申し込む", "2026年7月1日(水)"):
        assert words in page
    asked = aya.get(CONFIRM, {"ask": "1"}).content.decode()
    assert "申し込んでよろしいですか。" in asked and "はい" in asked
    done = aya.post(CONFIRM, yes(aya), follow=True)
    application = Application.objects.get()
    assert done.redirect_chain[-1][0] == reverse("member:applications:done", args=[application.pk])
    assert reverse("member:payments:detail", args=[Payment.objects.get().pk]) in done.content.decode()
    assert "トップページへ" in done.content.decode()
    assert [(stop.city, stop.zone) for stop in application.destinations.all()] == [("パリ", "Europe/Paris")]


def test_yes_pressed_twice_applies_once_and_shows_the_same_page(aya):
    aya.post(NEW, typed())
    once = yes(aya)
    first, second = (aya.post(CONFIRM, once) for _time in range(2))
    assert first.url == second.url
    assert Application.objects.count() == 1


def told_again(aya, response):
    """Nothing was applied for, and the confirmation is shown once more with the figures as they are."""
    assert response.url == f"{CONFIRM}?ask=1"
    assert not Application.objects.exists()
    page = aya.get(response.url).content.decode()
    assert "表示していた内容が変わりました" in page
    return page


def test_yes_confirms_what_was_shown_and_not_what_another_tab_has_typed_since(aya):
    aya.post(NEW, typed())
    seen = yes(aya)
    aya.post(NEW, typed(service="plus", last_day="2027-06-30"))
    assert "3,812円" not in told_again(aya, aya.post(CONFIRM, seen))
    assert aya.post(CONFIRM, yes(aya)).url.startswith("/applications/")
    assert Application.objects.get().service == "plus"


@pytest.mark.parametrize("change", [{"host": "Université"}, {"stops-0-city": "リヨン"}, {"purpose": "language"}, {"last_day": "2026-07-30"}])
def test_yes_confirms_every_word_that_was_shown(aya, change):
    aya.post(NEW, typed())
    seen = yes(aya)
    aya.post(NEW, typed(**change))
    told_again(aya, aya.post(CONFIRM, seen))


def test_a_fee_table_that_comes_into_force_between_page_and_yes_asks_again(aya, cast):
    aya.post(NEW, typed())
    seen = yes(aya)
    FeeTableFactory(service="ossma", version="2026-06", valid_from=date(2026, 6, 1), fees={1: 9000})
    page = told_again(aya, aya.post(CONFIRM, seen))
    assert "3,812円" not in page


def test_a_yes_without_what_was_shown_confirms_nothing(aya):
    aya.post(NEW, typed())
    told_again(aya, aya.post(CONFIRM, {"key": yes(aya)["key"]}))


def test_what_was_typed_is_kept_right_or_wrong(aya):
    aya.post(NEW, typed(last_day="2026-06-01", host="Hôtel 🏔 שלום"))
    page = aya.get(NEW)
    assert page.context["form"]["host"].value() == "Hôtel 🏔 שלום"
    assert page.context["form"]["last_day"].value() == "2026-06-01"
    assert page.context["stops"][0]["city"].value() == "ぱり"
    assert not page.context["form"].errors


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "2026-06-30"}, "last_day"),
        ({"first_day": "2026-05-31"}, "first_day"),
        ({"first_day": "yesterday"}, "first_day"),
        ({"first_day": "9999-12-31", "last_day": "9999-12-31"}, "first_day"),
        ({"last_day": "2027-07-01"}, "last_day"),
        ({"service": "gold"}, "service"),
        ({"payer": "", "service": "ossma"}, "payer"),
        ({"host": "あ" * 500}, "host"),
        ({"purpose": ""}, "purpose"),
        ({"stops-0-country": "", "stops-0-city": ""}, "stops-0-country"),
        ({"stops-0-country": "0000"}, "stops-0-country"),
        ({"stops-0-city": "あ" * 101}, "stops-0-city"),
        ({"stops-1-country": "0039"}, "stops-1-city"),
        ({"tabireg": "on"}, "tabireg"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_applied(aya, changes, field):
    response = aya.post(NEW, typed(**changes))
    assert response.status_code == 200
    assert field in errors(response)
    assert "エラー" in response.content.decode()
    assert not Application.objects.exists()


def test_a_city_that_nobody_knows_asks_for_its_clock_where_the_country_has_several(aya):
    response = aya.post(NEW, typed(**{"stops-0-country": "1000", "stops-0-city": "Smallville"}))
    assert set(errors(response)) == {"stops-0-zone"}
    assert 'name="stops-0-zone"' in response.content.decode() and "America/Chicago" in response.content.decode()
    mended = typed(**{"stops-0-country": "1000", "stops-0-city": "Smallville", "stops-0-zone": "America/Chicago"})
    assert aya.post(NEW, mended).url == CONFIRM
    aya.post(CONFIRM, yes(aya))
    assert Application.objects.get().destinations.get().zone == "America/Chicago"


def test_a_clock_left_from_another_country_is_forgotten(aya):
    assert aya.post(NEW, typed(**{"stops-0-zone": "America/Chicago"})).url == CONFIRM


def test_three_months_and_more_show_the_residence_report_instead_of_tabi_regi(aya):
    aya.post(NEW, typed(last_day="2026-09-30", tabireg="on"))
    page = aya.get(CONFIRM).content.decode()
    assert "在留届" in page
    aya.post(CONFIRM, yes(aya))
    assert not Application.objects.get().tabireg_wanted


def test_the_fee_follows_the_form_and_the_draft_is_kept_on_the_way(aya):
    page = aya.post(FEE, typed(first_day="2026-07-01", last_day="2026-08-01", purpose="")).content.decode()
    assert "6,353円" in page
    assert ApplicationDraft.objects.get().data["last_day"] == "2026-08-01"


def test_a_half_filled_form_asks_for_nothing_yet(aya):
    page = aya.post(FEE, {"service": "ossma"})
    assert page.status_code == 200
    assert page.context["fee_errors"] == []


def test_a_confirmation_page_without_a_draft_leads_back_to_the_form(aya):
    assert aya.get(CONFIRM).url == NEW
    assert aya.post(CONFIRM, {"key": "nonsense"}).url == NEW


def test_a_draft_that_has_grown_too_old_is_checked_again(aya):
    aya.post(NEW, typed())
    ApplicationDraft.objects.update(data=typed(first_day="2026-05-01"))
    response = aya.get(CONFIRM)
    assert response.url == f"{NEW}?check=1"
    assert "first_day" in aya.get(response.url).context["form"].errors


def test_while_another_application_waits_the_form_says_why_not(aya, cast):
    ApplicationFactory(member=cast.aya, state="awaiting_payment")
    page = aya.get(NEW).content.decode()
    assert "手続き中の申込があります" in page
    assert aya.post(NEW, typed()).status_code == 409
    listed = aya.get(reverse("member:applications:list")).content.decode()
    assert "手続き中の申込があります" in listed and "disabled" in listed


def test_staff_are_offered_ossma_alone(cast):
    cast.ben.kind = "staff"
    cast.ben.save()
    page = cast.client(cast.ben).get(NEW)
    assert [code for code, _label in page.context["form"].fields["service"].choices] == ["ossma"]


def test_cities_are_suggested_for_a_country_and_nonsense_gives_none(aya):
    cities = reverse("member:applications:cities")
    assert "パリ" in aya.get(cities, {"country": "0033"}).content.decode()
    assert "option" not in aya.get(cities, {"country": "'; DROP"}).content.decode()
